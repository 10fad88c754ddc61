import { setTimeout as delay } from "node:timers/promises";
import { DomainError } from "../errors.js";
import type { Analysis, AnalysisStore } from "../store/store.js";
import type { Executions } from "./executions.js";

const LOOK_MS = 250;
/** Each asks the database four times a second. */
const MOST_WATCHED = 100;
const RETRY_AFTER = 10;

/** An analysis with the share of it that is done. */
export type Standing = Omit<Analysis, "underWay"> & { readonly progress: number };

interface Surroundings {
  readonly store: AnalysisStore;
  readonly executions: Executions;
  readonly isWaitedFor: (key: string) => boolean;
  readonly closing: AbortSignal;
}

/** What clients come back to. */
export class Analyses {
  readonly #s: Surroundings;
  #watched = 0;

  constructor(surroundings: Surroundings) {
    this.#s = surroundings;
  }

  /** @throws {DomainError} `notFound`, `gone`. */
  async get(id: string): Promise<Standing> {
    return this.#standing(await this.#s.store.get(id));
  }

  async list(page: { limit: number; before: string | null }): Promise<readonly Standing[]> {
    return (await this.#s.store.list(page)).map((analysis) => this.#standing(analysis));
  }

  /** @throws {DomainError} `notFound`, `gone`, `conflict` where it has ended. */
  async cancel(id: string): Promise<Standing> {
    const { store, executions, isWaitedFor } = this.#s;
    for (const key of await store.cancel(id)) if (!isWaitedFor(key)) executions.stop(key);
    return this.get(id);
  }

  /** How it stands, now and at each change, until it has ended. @throws {DomainError} as `get`; `unavailable`. */
  async watch(id: string, signal: AbortSignal): Promise<AsyncIterable<Standing>> {
    if (this.#watched >= MOST_WATCHED) {
      throw new DomainError("unavailable", "too many watch already", [], 0, RETRY_AFTER);
    }
    return this.#changes(await this.get(id), signal);
  }

  async *#changes(first: Standing, signal: AbortSignal): AsyncGenerator<Standing> {
    this.#watched += 1;
    try {
      yield first;
      let last = first;
      while (!hasEnded(last) && !signal.aborted && !this.#s.closing.aborted) {
        await delay(LOOK_MS);
        const now = await this.get(first.id);
        if (now.status !== last.status || now.progress !== last.progress) yield now;
        last = now;
      }
    } finally {
      this.#watched -= 1;
    }
  }

  #standing({ underWay, ...analysis }: Analysis): Standing {
    const here = this.#s.executions.progress();
    const shares = analysis.keys.map((key) => here.get(key) ?? underWay.get(key) ?? 1);
    const done = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
    return { ...analysis, progress: progressOf(analysis.status, done) };
  }
}

export function hasEnded({ status }: Pick<Standing, "status">): boolean {
  return status !== "queued" && status !== "running";
}

function progressOf(status: Standing["status"], done: number): number {
  return status === "succeeded"
    ? 1
    : status === "queued" || status === "running"
      ? Math.min(done, 0.999)
      : done;
}
