/** Members in ascending order, with what they were judged by. */
export interface Suite {
  readonly members: readonly number[];
  readonly rho: number;
  readonly alpha: number;
}

/** Figures nearer than this are equal, whatever the order of a sum. */
const EQUAL = 1e-12;

/** Least |ρ| first; then the larger α; then the members, in order. */
export function compareSuites(a: Suite, b: Suite): number {
  const rho = Math.abs(a.rho) - Math.abs(b.rho);
  if (Math.abs(rho) > EQUAL) return rho;
  if (Math.abs(a.alpha - b.alpha) > EQUAL) return b.alpha - a.alpha;
  const at = a.members.findIndex((member, k) => member !== b.members[k]);
  return at < 0 ? 0 : (a.members[at] as number) - (b.members[at] as number);
}

/** The best suites seen, at most `most`, none twice. */
export class BestSuites {
  readonly #most: number;
  readonly #kept: Suite[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  get kept(): readonly Suite[] {
    return this.#kept;
  }

  /** |ρ| above this cannot enter. */
  get bar(): number {
    return this.#kept.length < this.#most
      ? Number.POSITIVE_INFINITY
      : Math.abs((this.#kept.at(-1) as Suite).rho) + EQUAL;
  }

  offer(suite: Suite): void {
    const at = this.#kept.findIndex((kept) => compareSuites(suite, kept) <= 0);
    if (at >= 0 && compareSuites(suite, this.#kept[at] as Suite) === 0) return;
    this.#kept.splice(at < 0 ? this.#kept.length : at, 0, suite);
    if (this.#kept.length > this.#most) this.#kept.pop();
  }
}
