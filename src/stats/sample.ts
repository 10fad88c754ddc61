import { mean, standardDeviation } from "simple-statistics";

/** Paired or single numbers. Every statistic of this folder refuses a sample with a value that is not finite. */
export type Sample = readonly number[] | Float64Array;

/** @throws {RangeError} when a value is NaN or infinite: what to do about a missing score is the caller's decision. */
export function requireFinite(x: Sample): void {
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i])) throw new RangeError(`value ${i} is ${x[i]}, not a finite number`);
  }
}

/** @throws {RangeError} when the samples are not paired, or a value is not finite. */
export function requirePairs(x: Sample, y: Sample): void {
  if (x.length !== y.length) throw new RangeError(`samples of ${x.length} and ${y.length} are not pairs`);
  requireFinite(x);
  requireFinite(y);
}

/** Whether all values are the same to the bit; a standard deviation of rounding errors does not count as varying. */
export function isConstant(x: Sample): boolean {
  for (let i = 1; i < x.length; i++) if (x[i] !== x[0]) return false;
  return true;
}

/**
 * z-scores with the population standard deviation (ddof 0); `null` for a constant or empty sample.
 *
 * @example zScores([1, 2, 3]) // => Float64Array [-1.2247…, 0, 1.2247…]
 * @throws {RangeError} on a value that is not finite.
 */
export function zScores(x: Sample): Float64Array | null {
  requireFinite(x);
  if (x.length === 0 || isConstant(x)) return null;
  const scaled = towardsUnit(x);
  const centre = mean(scaled as readonly number[]);
  const spread = standardDeviation(scaled as readonly number[]);
  return spread > 0 ? Float64Array.from(scaled, (value) => (value - centre) / spread) : null;
}

/**
 * The sample times a power of two where its squares would overflow or vanish. Multiplying by a power of
 * two is exact, and no statistic here depends on a column's unit.
 */
export function towardsUnit(x: Sample): Sample {
  let largest = 0;
  for (let i = 0; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i] as number));
  if (largest > 2 ** 400) return Float64Array.from(x, (value) => value * 2 ** -600);
  if (largest < 2 ** -400) return Float64Array.from(x, (value) => value * 2 ** 600);
  return x;
}
