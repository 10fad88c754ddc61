import type { AnalysisStore } from "../store/store.js";
import type { Backlog } from "./backlog.js";
import type { Executions } from "./executions.js";
import type { Maker } from "./maker.js";

interface Surroundings {
  readonly store: AnalysisStore;
  readonly owner: number;
  readonly backlog: Backlog;
  readonly executions: Executions;
  readonly maker: Maker;
  readonly log: (error: unknown) => void;
}

/** Takes from the backlog as much as there is room for, and again when something ends. */
export class Intake {
  readonly #s: Surroundings;
  #taking = false;
  #again = false;
  #closed = false;

  constructor(surroundings: Surroundings) {
    this.#s = surroundings;
  }

  /** Never two at a time: the room is counted before anything is taken. */
  async take(): Promise<void> {
    if (this.#taking) this.#again = true;
    if (this.#taking || this.#closed) return;
    this.#taking = true;
    try {
      do {
        this.#again = false;
        await this.#takeOnce();
      } while (this.#again && !this.#closed);
    } catch (error) {
      this.#s.log(error);
    } finally {
      this.#taking = false;
    }
  }

  close(): void {
    this.#closed = true;
  }

  async #takeOnce(): Promise<void> {
    const { store, owner, backlog, executions, maker } = this.#s;
    if (executions.free === 0) return;
    const keys = await backlog.fetch(executions.free);
    const claims = keys.length === 0 ? [] : await store.take(keys, owner);
    for (const claim of claims) {
      // How it ends is told to the claim.
      maker.hold(claim).catch(() => {});
    }
    // A key may have been waited for no longer: then there is room still.
    if (claims.length < keys.length) this.#again = true;
  }
}
