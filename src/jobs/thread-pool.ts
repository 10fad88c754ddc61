import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { DomainError } from "../errors.js";
import { errorOf } from "./failure.js";
import type { Done, Step } from "./steps.js";

/** A step of this length that nobody waits for any more is let finish; a longer one is ended with its thread. */
const GRACE_MS = 250;

/** Computing was stopped: nobody needs it, or the process ends. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

/** Threads that compute, started at once; one that dies or is ended is replaced. */
export class ThreadPool {
  readonly threads: number;
  readonly #piscina: Piscina;

  constructor({ threads, megabytes }: { readonly threads: number; readonly megabytes: number }) {
    this.threads = threads;
    this.#piscina = new Piscina({
      filename: entry(),
      minThreads: threads,
      // Without threads of its own a process gives all computations to others; piscina knows no pool of none.
      maxThreads: Math.max(1, threads),
      idleTimeout: Number.POSITIVE_INFINITY,
      resourceLimits: { maxOldGenerationSizeMb: megabytes },
      recordTiming: false,
    });
    // What concerns a step is told to whoever waits for it.
    this.#piscina.on("error", () => {});
  }

  /**
   * @throws {Stopped} at once when the signal says so. @throws {DomainError} `tooCostly` where the thread's memory
   * did not suffice, and whatever the step refuses.
   */
  async run<Name extends keyof Step>(
    name: Name,
    task: Step[Name]["task"],
    signal: AbortSignal,
  ): Promise<Step[Name]["result"]> {
    const done = await this.#attempt(name, task, signal).catch((error: unknown) => {
      if (!diedOtherwise(error)) throw understood(error);
      return this.#attempt(name, task, signal);
    });
    if ("failure" in done) throw errorOf(done.failure);
    return done.value;
  }

  close(): Promise<void> {
    return this.#piscina.destroy();
  }

  async #attempt<Name extends keyof Step>(
    name: Name,
    task: Step[Name]["task"],
    signal: AbortSignal,
  ): Promise<Done<Step[Name]["result"]>> {
    if (signal.aborted) throw new Stopped();
    const ending = new AbortController();
    const running = this.#piscina.run(task, { name, signal: ending.signal });
    return new Promise((resolve, reject) => {
      let grace: NodeJS.Timeout | undefined;
      const stop = () => {
        grace = setTimeout(() => ending.abort(), GRACE_MS);
        reject(new Stopped());
      };
      signal.addEventListener("abort", stop, { once: true });
      running.then(resolve, reject).finally(() => {
        clearTimeout(grace);
        signal.removeEventListener("abort", stop);
      });
    });
  }
}

function understood(error: unknown): unknown {
  if (codeOf(error) !== "ERR_WORKER_OUT_OF_MEMORY") return error;
  const detail =
    "this takes more memory than a thread has here; ask for fewer models, benchmarks or resamples";
  return new DomainError("tooCostly", detail);
}

/** Something else ended the thread: the step is given one more chance. */
function diedOtherwise(error: unknown): boolean {
  return error instanceof Error && /^worker exited with code/.test(error.message);
}

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}

/** The built file, or in development and tests the source. */
function entry(): string {
  const built = import.meta.url.endsWith(".js");
  return fileURLToPath(new URL(built ? "./thread.js" : "./thread-from-source.mjs", import.meta.url));
}
