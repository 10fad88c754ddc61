import { requireFinite, type Sample } from "./sample.js";

/**
 * The standard deviation with `ddof` fewer degrees of freedom than values, from an origin within the sample, so that
 * an offset costs no digits; NaN where too few values are given.
 *
 * @example standardDeviation([1, 3], 0) // => 1
 * @throws {RangeError} on a value that is not finite.
 */
export function standardDeviation(x: Sample, ddof: 0 | 1): number {
  requireFinite(x);
  const n = x.length;
  const origin = x[0] ?? 0;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += ((x[i] as number) - origin) / n;
  let square = 0;
  for (let i = 0; i < n; i++) square += ((x[i] as number) - origin - mean) ** 2;
  return n > ddof ? Math.sqrt(square / (n - ddof)) : Number.NaN;
}
