import type { RemovalPolynomial } from "./removal-polynomial.js";

/** Removals so far: the polynomial of what is left, read from the row after the last one removed. */
export interface Removed {
  total: number;
  readonly single: Float64Array;
  readonly pair: Float64Array;
}

/**
 * Walks through all subsets of k ≥ 2 rows in lexicographic order, down to their last two: there `visit` gets the removals
 * so far and may read the whole last level from them. Each step costs the pairs of rows that are still to come, which adds up
 * to one operation a subset.
 */
export class RemovalWalk {
  /** The rows removed so far, ascending; the last two places are free for `visit`. */
  readonly path: Int32Array;
  readonly #polynomials: readonly RemovalPolynomial[];
  readonly #rows: number;
  /** Depth by polynomial. */
  readonly #levels: readonly (readonly Removed[])[];

  constructor(polynomials: readonly RemovalPolynomial[], k: number) {
    this.#polynomials = polynomials;
    this.#rows = polynomials[0]?.rows ?? 0;
    this.path = new Int32Array(k);
    this.#levels = Array.from({ length: k - 1 }, (_, depth) =>
      polynomials.map(({ rows, total, single, pair, triple }) =>
        depth === 0
          ? { total, single, pair }
          : {
              total,
              single: new Float64Array(rows),
              pair: triple === null ? pair : new Float64Array(rows * rows),
            },
      ),
    );
  }

  /** @param from the first row of a subset is at least this, and less than `to`. */
  run(from: number, to: number, visit: (left: readonly Removed[], from: number, to: number) => void): void {
    this.#descend(0, from, to, visit);
  }

  #descend(
    depth: number,
    from: number,
    to: number,
    visit: (left: readonly Removed[], from: number, to: number) => void,
  ): void {
    const k = this.path.length;
    const left = this.#levels[depth] as readonly Removed[];
    const end = Math.min(to, this.#rows - (k - depth) + 1);
    if (depth === k - 2) {
      visit(left, from, end);
      return;
    }
    const next = this.#levels[depth + 1] as readonly Removed[];
    for (let s = from; s < end; s++) {
      this.path[depth] = s;
      for (let p = 0; p < left.length; p++) {
        remove(s, this.#polynomials[p] as RemovalPolynomial, left[p] as Removed, next[p] as Removed);
      }
      this.#descend(depth + 1, s + 1, this.#rows, visit);
    }
  }
}

function remove(s: number, { rows: n, triple }: RemovalPolynomial, before: Removed, after: Removed): void {
  const { single, pair } = before;
  after.total = before.total - (single[s] as number);
  const row = s * n;
  for (let t = s + 1; t < n; t++) after.single[t] = (single[t] as number) - (pair[row + t] as number);
  if (triple === null) return;
  for (let t = s + 1; t < n; t++) {
    const at = t * n;
    const of = (row + t) * n;
    for (let v = t + 1; v < n; v++)
      after.pair[at + v] = (pair[at + v] as number) - (triple[of + v] as number);
  }
}
