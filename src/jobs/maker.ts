import { setTimeout as delay } from "node:timers/promises";
import { DomainError } from "../errors.js";
import type { AnalysisStore, Claim } from "../store/store.js";
import type { Backlog } from "./backlog.js";
import type { Executions } from "./executions.js";
import { failureOf } from "./failure.js";
import type { KeptAnswers } from "./kept-answers.js";
import { Stopped } from "./thread-pool.js";

interface Surroundings {
  readonly store: AnalysisStore;
  readonly shared: boolean;
  readonly owner: number;
  readonly backlog: Backlog;
  readonly executions: Executions;
  readonly kept: KeptAnswers;
  readonly mostWaiting: number;
  readonly log: (error: unknown) => void;
}

/** An answer that took less is not worth a write to the disk of the embedded store: it is as soon made again. */
const WORTH_KEEPING_MS = 250;
const FOLLOW_MS = { first: 40, most: 400 };
const BUSY_RETRY_AFTER = 2;

/** Makes answers: here at once where there is room, else wherever there is; where another process makes it, waits for that. */
export class Maker {
  readonly #s: Surroundings;

  constructor(surroundings: Surroundings) {
    this.#s = surroundings;
  }

  /** @throws {Stopped} when the signal says that nobody waits any more, and whatever the computation refuses. */
  async make(claim: Claim, signal: AbortSignal): Promise<Buffer> {
    if (!this.#s.shared) return this.#makeAlone(claim);
    for (;;) {
      const here = this.#s.executions.canBegin(claim);
      const { owner, mostWaiting } = this.#s;
      const outcome = await this.#s.store.claim(claim, { owner: here ? owner : null, mostWaiting });
      if (outcome === "busy") throw tooManyWait();
      if (outcome === "claimed" && here) return this.hold(claim);
      if (outcome === "claimed") await this.#s.backlog.offer([claim.key]);
      const found = await this.#follow(claim.key, signal);
      if (found !== null) return found;
    }
  }

  /** Computes what is claimed for this process, and says how it ended. */
  async hold(claim: Claim): Promise<Buffer> {
    const { store, owner, executions, kept } = this.#s;
    try {
      const json = (await kept.get(claim.key)) ?? (await executions.run(claim));
      kept.keep(claim.key, json);
      await store.succeed(claim.key, owner, json);
      return json;
    } catch (error) {
      if (!(error instanceof Stopped)) {
        const failure = failureOf(error) ?? {
          code: "internal" as const,
          detail: "something failed on our side; the log has it",
          problems: [],
        };
        if (failure.code === "internal") this.#s.log(error);
        await store.fail(claim.key, owner, failure);
      }
      throw error;
    }
  }

  async #makeAlone(claim: Claim): Promise<Buffer> {
    if (this.#s.executions.size >= this.#s.mostWaiting && !this.#s.executions.has(claim.key))
      throw tooManyWait();
    const begun = performance.now();
    const json = await this.#s.executions.run(claim);
    this.#s.kept.keep(claim.key, json);
    if (performance.now() - begun > WORTH_KEEPING_MS) await this.#s.store.keepAnswer(claim.key, json);
    return json;
  }

  /** The answer that somebody makes; `null` where the claim ended without one. */
  async #follow(key: string, signal: AbortSignal): Promise<Buffer | null> {
    for (let pause = FOLLOW_MS.first; ; pause = Math.min(2 * pause, FOLLOW_MS.most)) {
      if (signal.aborted) throw new Stopped();
      // Asked before the answer: a claim ends in the transaction that brings it.
      const claimed = await this.#s.store.isClaimed(key);
      const found = claimed ? null : await this.#s.kept.get(key);
      if (found !== null) return found;
      if (!claimed) return null;
      await delay(pause);
    }
  }
}

function tooManyWait(): DomainError {
  return new DomainError("unavailable", "too many computations wait already", [], 0, BUSY_RETRY_AFTER);
}
