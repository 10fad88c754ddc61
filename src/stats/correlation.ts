import { sampleCorrelation } from "simple-statistics";
import { kendallTauB } from "./kendall.js";
import { midranks } from "./ranks.js";
import { isConstant, requirePairs, type Sample, shiftedTowardsUnit } from "./sample.js";

const COEFFICIENT = {
  spearman: (x: Sample, y: Sample) => productMoment(midranks(x), midranks(y)),
  pearson: (x: Sample, y: Sample) => productMoment(shiftedTowardsUnit(x), shiftedTowardsUnit(y)),
  kendall: kendallTauB,
} as const;

export type CorrelationMethod = keyof typeof COEFFICIENT;
export const CORRELATION_METHODS = Object.keys(COEFFICIENT) as [CorrelationMethod, ...CorrelationMethod[]];

/**
 * Pearson's r, Spearman's ρ (midranks) or Kendall's τ-b of paired samples; `null` where it is undefined:
 * fewer than three pairs, or a side that never varies.
 *
 * @example correlation([1, 2, 3, 4], [1, 3, 2, 4], "spearman") // => 0.8
 * @throws {RangeError} on unequal lengths or a value that is not finite.
 */
export function correlation(x: Sample, y: Sample, method: CorrelationMethod): number | null {
  requirePairs(x, y);
  if (x.length < 3 || isConstant(x) || isConstant(y)) return null;
  return COEFFICIENT[method](x, y);
}

/**
 * Spearman's ρ of samples whose midranks are known; `null` as for `correlation`.
 *
 * @throws {RangeError} on unequal lengths.
 */
export function correlationOfRanks(x: Float64Array, y: Float64Array): number | null {
  if (x.length !== y.length) throw new RangeError(`samples of ${x.length} and ${y.length} are not pairs`);
  return x.length < 3 || isConstant(x) || isConstant(y) ? null : productMoment(x, y);
}

/** Rounding moves a perfect correlation by a few units in the last place; no other ρ of n < 10⁵ comes that near. */
const PERFECT = 2e-15;

function productMoment(x: Float64Array, y: Float64Array): number | null {
  const r = sampleCorrelation(x as unknown as readonly number[], y as unknown as readonly number[]);
  if (Number.isNaN(r)) return null;
  return 1 - Math.abs(r) <= PERFECT ? Math.sign(r) : r;
}
