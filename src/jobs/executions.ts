import type { Inquiry } from "../analysis/computation.js";
import { Gate } from "../store/gate.js";
import type { Claim } from "../store/store.js";
import { compute } from "./compute.js";
import type { PackedContent } from "./packed-content.js";
import { Stopped, type ThreadPool } from "./thread-pool.js";

interface Execution {
  readonly result: Promise<Buffer>;
  readonly stopping: AbortController;
  progress: number;
}

/** Estimated milliseconds up to which a computation does not wait for others to end. */
const BRIEF_MS = 250;

/** What this process computes: one execution a key, a bounded number at once, the rest in order of arrival. */
export class Executions {
  readonly #pool: ThreadPool;
  readonly #load: (claim: Claim) => Promise<PackedContent>;
  readonly #underWay = new Map<string, Execution>();
  readonly #gate: Gate;
  readonly #width: number;
  #ended = () => {};
  computed = 0;

  constructor(pool: ThreadPool, load: (claim: Claim) => Promise<PackedContent>) {
    this.#pool = pool;
    this.#load = load;
    // More than one computation a thread, since the first and last step of each have only one.
    this.#width = 2 * pool.threads;
    this.#gate = new Gate(this.#width);
  }

  /** `run` whenever there is more room. */
  onEnd(run: () => void): void {
    this.#ended = run;
  }

  get size(): number {
    return this.#underWay.size;
  }

  /** How many more can begin at once. */
  get free(): number {
    return Math.max(0, this.#width - this.size);
  }

  has(key: string): boolean {
    return this.#underWay.has(key);
  }

  /** Shares done, by key. */
  progress(): ReadonlyMap<string, number> {
    return new Map([...this.#underWay].map(([key, { progress }]) => [key, progress]));
  }

  canBegin({ cost }: Claim): boolean {
    return this.#pool.threads > 0 && (this.free > 0 || cost <= BRIEF_MS);
  }

  /** Joins the execution of this key if there is one. @throws {Stopped} */
  run(claim: Claim): Promise<Buffer> {
    const { result } = this.#underWay.get(claim.key) ?? this.#begin(claim);
    return result;
  }

  /** Whoever asks from now on begins anew. */
  stop(key: string): void {
    const execution = this.#underWay.get(key);
    this.#underWay.delete(key);
    execution?.stopping.abort();
  }

  #begin(claim: Claim): Execution {
    const stopping = new AbortController();
    const result = this.#inTurn(claim, () => this.#compute(claim, stopping.signal)).finally(() => {
      if (this.#underWay.get(claim.key) === execution) this.#underWay.delete(claim.key);
      this.#ended();
    });
    const execution: Execution = { result, stopping, progress: 0 };
    this.#underWay.set(claim.key, execution);
    return execution;
  }

  #inTurn(claim: Claim, work: () => Promise<Buffer>): Promise<Buffer> {
    return claim.cost <= BRIEF_MS ? work() : this.#gate.pass(work);
  }

  async #compute(claim: Claim, signal: AbortSignal): Promise<Buffer> {
    if (signal.aborted) throw new Stopped();
    const json = await compute(this.#pool, {
      inquiry: JSON.parse(claim.inquiry) as Inquiry,
      content: await this.#load(claim),
      signal,
      onProgress: (share) => {
        const execution = this.#underWay.get(claim.key);
        if (execution !== undefined) execution.progress = share;
      },
    });
    this.computed += 1;
    return Buffer.from(json.buffer, json.byteOffset, json.byteLength);
  }
}
