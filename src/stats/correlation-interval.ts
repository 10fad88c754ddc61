import type { CorrelationMethod } from "./correlation.js";
import { normalQuantile } from "./normal.js";

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Standard error of atanh of the coefficient, and the least n at which it exists. */
const STANDARD_ERROR = {
  spearman: { leastPairs: 4, of: (rho: number, n: number) => Math.sqrt((1 + rho ** 2 / 2) / (n - 3)) },
  pearson: { leastPairs: 4, of: (_: number, n: number) => Math.sqrt(1 / (n - 3)) },
  kendall: { leastPairs: 5, of: (_: number, n: number) => Math.sqrt(0.437 / (n - 4)) },
} as const satisfies Record<CorrelationMethod, unknown>;

/**
 * The closed-form interval of a correlation, tanh(atanh ρ̂ ± z·se): Bonett–Wright's standard error for
 * Spearman, Fisher's for Pearson, Fieller's for Kendall. `null` where it is undefined: too few pairs, or
 * |ρ̂| = 1, where the standard error is infinite on the scale of ρ.
 *
 * Source: Bonett & Wright 2000, Psychometrika 65; Fieller, Hartley & Pearson 1957.
 * @param level coverage, a fraction such as 0.95.
 * @example correlationInterval(0.787, 26, 0.95, "spearman") // => { low: 0.535…, high: 0.911… }
 */
export function correlationInterval(
  rho: number,
  n: number,
  level: number,
  method: CorrelationMethod,
): Interval | null {
  const { leastPairs, of: standardError } = STANDARD_ERROR[method];
  if (n < leastPairs || Math.abs(rho) >= 1) return null;
  const reach = normalQuantile((1 + level) / 2) * standardError(rho, n);
  return { low: Math.tanh(Math.atanh(rho) - reach), high: Math.tanh(Math.atanh(rho) + reach) };
}
