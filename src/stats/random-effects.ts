import quantile from "@stdlib/stats-base-dists-t-quantile";
import type { Interval } from "./correlation-interval.js";

export interface RandomEffects extends Interval {
  /** The mean correlation of a group, on the scale of ρ; the bounds are its interval. */
  readonly rho: number;
  /** Variance between groups, on the scale of atanh ρ. */
  readonly tau2: number;
  /** Share of the variation between estimates that is not sampling: (Q − df)/Q, 0 at least. */
  readonly i2: number;
}

/** Halvings of a bracket: after so many it is as narrow as doubles allow. */
const MOST_HALVINGS = 200;

/**
 * A random-effects mean of the correlations of k groups, on Fisher's z with variance 1/(n − 3): τ² by Paule & Mandel,
 * interval by Hartung & Knapp (t on k − 1, not truncated), I² of Higgins & Thompson. `null` where it is undefined: fewer than
 * two groups, a group of fewer than four, or a perfect correlation.
 *
 * Source: Paule & Mandel 1982; Hartung & Knapp 2001; Higgins & Thompson 2002; METHODS §6.
 * @param groups the correlation of each and its number of pairs.
 * @param level coverage, a fraction such as 0.95.
 */
export function randomEffects(
  groups: readonly { readonly rho: number; readonly n: number }[],
  level: number,
): RandomEffects | null {
  const k = groups.length;
  if (k < 2 || groups.some(({ rho, n }) => n < 4 || Math.abs(rho) >= 1)) return null;
  const z = groups.map(({ rho }) => Math.atanh(rho));
  const variance = groups.map(({ n }) => 1 / (n - 3));
  const fixed = spreadAt(0, z, variance);
  const tau2 = fixed.q <= k - 1 ? 0 : pauleMandel(z, variance);
  const { mean, weight, q } = spreadAt(tau2, z, variance);
  const reach = quantile((1 + level) / 2, k - 1) * Math.sqrt(q / (k - 1) / weight);
  return {
    rho: Math.tanh(mean),
    low: Math.tanh(mean - reach),
    high: Math.tanh(mean + reach),
    tau2,
    i2: fixed.q > 0 ? Math.max(0, (fixed.q - (k - 1)) / fixed.q) : 0,
  };
}

/** Weighted mean, total weight and weighted sum of squares Q at one τ². */
function spreadAt(tau2: number, z: readonly number[], variance: readonly number[]) {
  const weights = variance.map((v) => 1 / (v + tau2));
  const weight = weights.reduce((sum, w) => sum + w, 0);
  const mean = weights.reduce((sum, w, i) => sum + w * (z[i] as number), 0) / weight;
  const q = weights.reduce((sum, w, i) => sum + w * ((z[i] as number) - mean) ** 2, 0);
  return { mean, weight, q };
}

/** The τ² at which Q is its expectation, k − 1: Q falls with τ². */
function pauleMandel(z: readonly number[], variance: readonly number[]): number {
  const expected = z.length - 1;
  let [low, high] = [0, 1];
  while (spreadAt(high, z, variance).q > expected) high *= 2;
  for (let step = 0; step < MOST_HALVINGS; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (spreadAt(middle, z, variance).q > expected) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
