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
  const shifted = shiftedTowardsUnit(x) as unknown as readonly number[];
  const centre = mean(shifted);
  const spread = standardDeviation(shifted);
  return spread > 0 ? Float64Array.from(shifted, (value) => (value - centre) / spread) : null;
}

/**
 * The sample less its first value, and times a power of two where squares would overflow or vanish. No
 * statistic here depends on a column's origin or unit; an offset of 1e15 would cost nine digits. Both steps
 * are exact for values near each other.
 */
export function shiftedTowardsUnit(x: Sample): Float64Array {
  const shifted = new Float64Array(x.length);
  const scale = unitScale(largestOf(x));
  const origin = (x[0] ?? 0) * scale;
  for (let i = 0; i < x.length; i++) shifted[i] = (x[i] as number) * scale - origin;
  const again = unitScale(largestOf(shifted));
  if (again !== 1) for (let i = 0; i < x.length; i++) shifted[i] = (shifted[i] as number) * again;
  return shifted;
}

function largestOf(x: Sample): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i] as number));
  return largest;
}

function unitScale(largest: number): number {
  if (largest > 2 ** 400) return 2 ** -600;
  return largest < 2 ** -400 ? 2 ** 600 : 1;
}
