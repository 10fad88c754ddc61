import { Stopped } from "./thread-pool.js";

interface Awaited {
  readonly answer: Promise<Buffer>;
  readonly needless: AbortController;
  waiting: number;
}

/** Who waits for which key, so that many who ask for one are one; when the last goes, `onNeedless` is told. */
export class WaitingLine {
  readonly #awaited = new Map<string, Awaited>();
  readonly #onNeedless: (key: string) => void;
  joined = 0;

  constructor(onNeedless: (key: string) => void) {
    this.#onNeedless = onNeedless;
  }

  get size(): number {
    return this.#awaited.size;
  }

  has(key: string): boolean {
    return this.#awaited.has(key);
  }

  /** @throws {Stopped} when the signal says that this one waits no longer. */
  async wait(
    key: string,
    make: (signal: AbortSignal) => Promise<Buffer>,
    signal: AbortSignal,
  ): Promise<Buffer> {
    const known = this.#awaited.get(key);
    if (known !== undefined) this.joined += 1;
    const awaited = known ?? this.#begin(key, make);
    awaited.waiting += 1;
    try {
      return await orStopped(awaited.answer, signal);
    } finally {
      awaited.waiting -= 1;
      if (awaited.waiting === 0 && this.#awaited.get(key) === awaited) {
        this.#awaited.delete(key);
        awaited.needless.abort();
        this.#onNeedless(key);
      }
    }
  }

  #begin(key: string, make: (signal: AbortSignal) => Promise<Buffer>): Awaited {
    const needless = new AbortController();
    const answer = make(needless.signal).finally(() => {
      if (this.#awaited.get(key) === awaited) this.#awaited.delete(key);
    });
    answer.catch(() => {});
    const awaited: Awaited = { answer, needless, waiting: 0 };
    this.#awaited.set(key, awaited);
    return awaited;
  }
}

function orStopped<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Stopped());
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
