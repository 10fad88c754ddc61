import { normalCdf, normalQuantile } from "./normal.js";
import { midranks } from "./ranks.js";
import { joinRoundingTies } from "./rounding-ties.js";
import { requireFinite, type Sample } from "./sample.js";

/** Above it, or with ties, the normal approximation. */
const MOST_EXACT = 50;

export interface SignedRankTest {
  /** Differences that are not 0. */
  readonly n: number;
  /** Sum of the ranks of |difference| of the positive ones. */
  readonly statistic: number;
  /** Two-sided. */
  readonly p: number;
  readonly exact: boolean;
}

/**
 * Wilcoxon's signed rank test of differences against symmetry around 0. Zeros are dropped; exact up to 50 differences whose
 * sizes do not tie, otherwise normal with the correction for ties and none for continuity. Sizes that differ by rounding tie.
 * `null` where no difference is left.
 *
 * Source: Wilcoxon 1945; Hollander, Wolfe & Chicken 2014, §3.1.
 * @example signedRankTest([1, 2, 3, -4, 5, 6]) // => { n: 6, statistic: 17, p: 0.21875, exact: true }
 * @throws {RangeError} on a value that is not finite.
 */
export function signedRankTest(differences: Sample): SignedRankTest | null {
  requireFinite(differences);
  // The 0 in front joins sizes that are 0 but for rounding.
  const sizes = joinRoundingTies(Float64Array.from([0, ...differences], Math.abs)).slice(1);
  const kept = [...sizes.keys()].filter((i) => (sizes[i] as number) > 0);
  const n = kept.length;
  if (n === 0) return null;
  const ranks = midranks(kept.map((i) => sizes[i] as number));
  const statistic = kept.reduce(
    (sum, i, k) => ((differences[i] as number) > 0 ? sum + (ranks[k] as number) : sum),
    0,
  );
  const tied = tieCorrection(ranks);
  if (n <= MOST_EXACT && tied === 0) return { n, statistic, p: exactP(n, statistic), exact: true };
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - tied / 48;
  const z = (statistic - (n * (n + 1)) / 4) / Math.sqrt(variance);
  return { n, statistic, p: Math.min(1, 2 * normalCdf(-Math.abs(z))), exact: false };
}

/**
 * The largest c with P(W ≤ c) ≤ `tail` under symmetry, where W is the statistic of n differences without ties: exact to
 * n = 50, normal beyond. `null` where P(W = 0) is larger.
 */
export function criticalSignedRank(n: number, tail: number): number | null {
  if (n === 0) return null;
  if (n > MOST_EXACT) {
    const spread = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24);
    const critical = Math.floor((n * (n + 1)) / 4 + normalQuantile(tail) * spread);
    return critical < 0 ? null : critical;
  }
  const ways = waysToSum(n);
  let below = 0;
  let critical = -1;
  while (below + (ways[critical + 1] as number) <= tail * 2 ** n) below += ways[++critical] as number;
  return critical < 0 ? null : critical;
}

/** By symmetry P(W ≥ w) = P(W ≤ n(n+1)/2 − w). */
function exactP(n: number, statistic: number): number {
  const lesser = Math.min(statistic, (n * (n + 1)) / 2 - statistic);
  const below = waysToSum(n)
    .subarray(0, lesser + 1)
    .reduce((sum, ways) => sum + ways, 0);
  return Math.min(1, (2 * below) / 2 ** n);
}

/** In how many ways some of 1 … n sum to each of 0 … n(n+1)/2: exact whole numbers below 2⁵³. */
function waysToSum(n: number): Float64Array {
  const ways = new Float64Array((n * (n + 1)) / 2 + 1);
  ways[0] = 1;
  for (let rank = 1; rank <= n; rank++) {
    for (let sum = (rank * (rank + 1)) / 2; sum >= rank; sum--)
      ways[sum] = (ways[sum] as number) + (ways[sum - rank] as number);
  }
  return ways;
}

/** Σ (t³ − t) over groups of t equal ranks. */
function tieCorrection(ranks: Float64Array): number {
  const sizes = new Map<number, number>();
  for (const rank of ranks) sizes.set(rank, (sizes.get(rank) ?? 0) + 1);
  return [...sizes.values()].reduce((sum, t) => sum + t ** 3 - t, 0);
}
