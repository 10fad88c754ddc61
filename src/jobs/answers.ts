import { costOf, type Inquiry, keyOf } from "../analysis/computation.js";
import { DomainError } from "../errors.js";
import type { AnalysisStore, Claim, RevisionSummary } from "../store/store.js";
import type { Admission } from "./admission.js";
import type { KeptAnswers } from "./kept-answers.js";
import type { Maker } from "./maker.js";
import { Stopped } from "./thread-pool.js";
import type { WaitingLine } from "./waiting-line.js";

/** An answer as it is sent: JSON without the matrix's name, under the key of what it depends on. */
export interface KeptAnswer {
  readonly key: string;
  readonly json: Buffer;
}

export interface Asked {
  readonly question: string;
  readonly revision: RevisionSummary;
  /** One a class. */
  readonly inquiries: readonly Inquiry[];
  /** Whether every class was asked. */
  readonly every: boolean;
  /** Where it can be asked again; `null` where it takes a body. */
  readonly url: string | null;
}

export interface Patience {
  /** Milliseconds to wait; `null`: not at all, unless it is answered already. */
  readonly ms: number | null;
  /** Says when the client is gone. */
  readonly signal: AbortSignal;
  readonly caller: string;
}

/** The answers, or the id of the analysis by which to come back for them. */
export type Reply = { readonly answers: readonly KeptAnswer[] } | { readonly analysis: string };

interface Surroundings {
  readonly store: AnalysisStore;
  readonly kept: KeptAnswers;
  readonly line: WaitingLine;
  readonly maker: Maker;
  readonly admission: Admission;
  readonly mostWaiting: number;
  /** Aborted when this process stops: who waits is given an analysis, which goes on elsewhere or later. */
  readonly closing: AbortSignal;
  /** Puts claims that nobody has yet to those who compute. */
  readonly enqueue: (claims: readonly Claim[]) => Promise<void>;
}

/** Answers by key: made once, whoever asks, and kept. */
export class Answers {
  readonly #s: Surroundings;
  /** Replies that were an analysis instead of an answer. */
  deferred = 0;

  constructor(surroundings: Surroundings) {
    this.#s = surroundings;
  }

  /** @throws {DomainError} `tooCostly`, `rateLimited`, `unavailable`, and whatever the question refuses. */
  async ask(asked: Asked, patience: Patience): Promise<Reply> {
    const claims = asked.inquiries.map((inquiry) => claimOf(asked.revision, inquiry, patience.caller));
    const kept = await this.kept(claims.map(({ key }) => key));
    if (kept !== null) return { answers: kept };
    const open = claims.filter(({ key }) => !this.#s.line.has(key));
    return this.#s.admission.admit(open, () =>
      patience.ms === null ? this.#defer(asked, claims) : this.#waitOrDefer(asked, claims, patience),
    );
  }

  /** What is answered already; `null` where anything is missing. */
  async kept(keys: readonly string[]): Promise<readonly KeptAnswer[] | null> {
    const found = await Promise.all(
      keys.map(async (key) => {
        const json = await this.#s.kept.get(key);
        return json === null ? [] : [{ key, json }];
      }),
    );
    return found.every((one) => one.length > 0) ? found.flat() : null;
  }

  async #waitOrDefer(asked: Asked, claims: readonly Claim[], patience: Patience): Promise<Reply> {
    const { signal } = patience;
    const waiting = new AbortController();
    const answers = Promise.all(claims.map((claim) => this.#wait(claim, waiting.signal)));
    try {
      const found = await unless([signal, this.#s.closing], patience.ms ?? 0, answers);
      if (found !== null) return { answers: found };
      if (signal.aborted) throw new DomainError("timedOut", "the client is gone");
      return await this.#defer(asked, claims);
    } finally {
      // Only now: whoever leaves the line last, with no analysis recorded, stops the computation.
      waiting.abort();
    }
  }

  async #wait(claim: Claim, signal: AbortSignal): Promise<KeptAnswer> {
    const { line, maker, kept } = this.#s;
    const make = async (needless: AbortSignal) =>
      (await kept.get(claim.key)) ?? (await maker.make(claim, needless));
    return { key: claim.key, json: await line.wait(claim.key, make, signal) };
  }

  async #defer(
    { question, revision: { matrix, revision, digest }, every, url }: Asked,
    claims: readonly Claim[],
  ): Promise<Reply> {
    const keys = claims.map(({ key }) => key);
    const askedBy = claims[0]?.askedBy ?? "";
    const { id, toQueue } = await this.#s.store.attach(
      { matrix, revision, digest, question, every, url, keys, askedBy },
      claims,
      { mostWaiting: this.#s.mostWaiting },
    );
    await this.#s.enqueue(claims.filter(({ key }) => toQueue.includes(key)));
    this.deferred += 1;
    return { analysis: id };
  }
}

function claimOf(
  { matrix, revision, digest, models, benchmarks }: RevisionSummary,
  inquiry: Inquiry,
  askedBy: string,
): Claim {
  const key = keyOf(inquiry, digest);
  const cost = costOf(inquiry, { models, benchmarks });
  return { key, inquiry: JSON.stringify(inquiry), matrix, revision, digest, cost, askedBy };
}

/** `null` after so many milliseconds or once a signal is given; what was stopped with that is not a fault. */
function unless<T>(signals: readonly AbortSignal[], ms: number, work: Promise<T>): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(null);
    const timer = setTimeout(stop, ms);
    for (const signal of signals) {
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop, { once: true });
    }
    const stopped = () => signals.some(({ aborted }) => aborted);
    work
      .then(resolve, (error: unknown) => (error instanceof Stopped && stopped() ? stop() : reject(error)))
      .finally(() => {
        clearTimeout(timer);
        for (const signal of signals) signal.removeEventListener("abort", stop);
      });
  });
}
