import cdf from "@stdlib/stats-base-dists-t-cdf";
import type { Interval } from "./correlation-interval.js";
import { normalQuantile } from "./normal.js";

/**
 * Two-sided p of a partial correlation of n cases given covariates of rank g: t on n − 2 − g degrees of freedom. `null`
 * where it is undefined: n − 2 − g < 1. 0 for a perfect correlation.
 *
 * Source: Fisher 1924; METHODS §6.
 */
export function partialP(r: number, n: number, g: number): number | null {
  const freedom = n - 2 - g;
  if (freedom < 1) return null;
  if (Math.abs(r) >= 1) return 0;
  return 2 * cdf(-Math.abs(r) * Math.sqrt(freedom / (1 - r * r)), freedom);
}

/**
 * The closed-form interval of a partial Spearman correlation, tanh(atanh r ± z·√((1 + r²/2)/(n − 3 − g))). `null` where it is
 * undefined: n − 3 − g < 1, or |r| = 1.
 *
 * Source: Bonett & Wright 2000 with the degrees of freedom of Fisher 1924; METHODS §6.
 * @param level coverage, a fraction such as 0.95.
 * @example partialInterval(0.107, 21, 1, 0.95) // => { low: -0.358…, high: 0.530… }
 */
export function partialInterval(r: number, n: number, g: number, level: number): Interval | null {
  if (n - 3 - g < 1 || Math.abs(r) >= 1) return null;
  const reach = normalQuantile((1 + level) / 2) * Math.sqrt((1 + r ** 2 / 2) / (n - 3 - g));
  return { low: Math.tanh(Math.atanh(r) - reach), high: Math.tanh(Math.atanh(r) + reach) };
}
