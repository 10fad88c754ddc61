import { DomainError } from "../errors.js";
import type { AnalysisStore, Claim } from "../store/store.js";

/** Estimated milliseconds from which a computation counts against its caller. */
const EXPENSIVE_MS = 1_000;
const MOST_EXPENSIVE = 4;
const RETRY_AFTER = 5;

/** What may be computed, and for whom: nothing above the cost that is set, and few costly things at once a caller. */
export class Admission {
  readonly #store: Pick<AnalysisStore, "claimsOf">;
  readonly #mostCost: number;
  /** Asked for in this process and not settled, by caller: counted at once, before any claim is written. */
  readonly #asked = new Map<string, Set<string>>();

  constructor(store: Pick<AnalysisStore, "claimsOf">, mostCost: number) {
    this.#store = store;
    this.#mostCost = mostCost;
  }

  /** Runs `work` on these claims of one request. @throws {DomainError} `tooCostly`, `rateLimited`. */
  async admit<T>(claims: readonly Claim[], work: () => Promise<T>): Promise<T> {
    for (const claim of claims) this.#requireAffordable(claim);
    const costly = claims.filter(({ cost }) => cost >= EXPENSIVE_MS);
    const [first] = costly;
    if (first === undefined) return work();
    const own = this.#asked.get(first.askedBy) ?? new Set();
    const added = costly.filter(({ key }) => !own.has(key));
    if (own.size >= MOST_EXPENSIVE && added.length > 0) throw tooMany();
    this.#asked.set(first.askedBy, own);
    for (const { key } of added) own.add(key);
    try {
      if ((await this.#store.claimsOf(first.askedBy, EXPENSIVE_MS)) >= MOST_EXPENSIVE) throw tooMany();
      return await work();
    } finally {
      for (const { key } of added) own.delete(key);
      if (own.size === 0) this.#asked.delete(first.askedBy);
    }
  }

  #requireAffordable({ cost }: Claim): void {
    if (cost <= this.#mostCost) return;
    const message = `this would take some ${seconds(cost)} of one thread, and ${seconds(this.#mostCost)} is the most here (MAX_COST): ask for fewer resamples, models or benchmarks`;
    throw new DomainError("tooCostly", message, [{ parameter: "resamples", message }]);
  }
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1_000)} s`;
}

function tooMany(): DomainError {
  const detail = `${MOST_EXPENSIVE} costly computations of yours are waiting or running; wait for one of them, or cancel it`;
  return new DomainError("rateLimited", detail, [], 0, RETRY_AFTER);
}
