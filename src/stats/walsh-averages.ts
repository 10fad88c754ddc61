import type { Interval } from "./correlation-interval.js";
import { requireFinite, type Sample } from "./sample.js";
import { criticalSignedRank } from "./signed-rank.js";

/** Sums of two values beyond this would overflow. */
const LARGE = 2 ** 1022;

/**
 * The averages (xᵢ + xⱼ)/2 of a sample, i ≤ j: n(n + 1)/2 of them, never listed. Any one is found by bisection on its value,
 * counting those below it in n steps.
 *
 * Source: Walsh 1949; Hodges & Lehmann 1963.
 */
class WalshAverages {
  readonly #sorted: Float64Array;
  readonly #scale: number;
  readonly count: number;

  constructor(x: Sample) {
    requireFinite(x);
    const sorted = Float64Array.from(x).sort();
    const n = sorted.length;
    this.#scale = Math.max(Math.abs(sorted[0] ?? 0), Math.abs(sorted[n - 1] ?? 0)) > LARGE ? 0.25 : 1;
    this.#sorted = sorted.map((value) => value * this.#scale);
    this.count = (n * (n + 1)) / 2;
  }

  /** The k-th smallest, from 1. */
  at(k: number): number {
    const x = this.#sorted;
    let low = x[0] as number;
    let high = x[x.length - 1] as number;
    if (this.#upTo(low) >= k) return low / this.#scale;
    for (;;) {
      const middle = low / 2 + high / 2;
      if (middle <= low || middle >= high) return high / this.#scale;
      if (this.#upTo(middle) >= k) high = middle;
      else low = middle;
    }
  }

  /** How many are at most `value`: as i grows, fewer j are left. */
  #upTo(value: number): number {
    const x = this.#sorted;
    let count = 0;
    let j = x.length - 1;
    for (let i = 0; i <= j; i++) {
      while (j >= i && ((x[i] as number) + (x[j] as number)) / 2 > value) j -= 1;
      count += Math.max(0, j - i + 1);
    }
    return count;
  }
}

/**
 * The Hodges–Lehmann estimate of a centre of symmetry: the median of the Walsh averages; `null` for an empty sample.
 *
 * @example hodgesLehmann([1, 2, 6]) // => 2.75
 * @throws {RangeError} on a value that is not finite.
 */
export function hodgesLehmann(x: Sample): number | null {
  if (x.length === 0) return null;
  const averages = new WalshAverages(x);
  const low = averages.at(Math.floor((averages.count + 1) / 2));
  const high = averages.at(Math.ceil((averages.count + 1) / 2));
  return low === high ? low : low / 2 + high / 2;
}

/**
 * The interval for that centre which the signed rank test does not refuse: from the (c + 1)-th smallest to the (c + 1)-th
 * largest Walsh average, where c is the largest value that the statistic falls to with probability at most (1 − level)/2.
 * `null` where even 0 is too likely: fewer than six values at level 0.95.
 *
 * @example signedRankInterval([1, 2, 3, 4, 5, 6], 0.95) // => { low: 1, high: 6 }
 * @throws {RangeError} on a value that is not finite.
 */
export function signedRankInterval(x: Sample, level: number): Interval | null {
  const critical = criticalSignedRank(x.length, (1 - level) / 2);
  if (critical === null) return null;
  const averages = new WalshAverages(x);
  return { low: averages.at(critical + 1), high: averages.at(averages.count - critical) };
}
