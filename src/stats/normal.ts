import erfcinv from "@stdlib/math-base-special-erfcinv";
import cdf from "@stdlib/stats-base-dists-normal-cdf";

/** Φ, the standard normal distribution function. simple-statistics' own table is wrong in the tails. */
export function normalCdf(z: number): number {
  return cdf(z, 0, 1);
}

/** Φ⁻¹ of a probability strictly between 0 and 1, exact in both tails. @throws {RangeError} outside. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`${p} is not strictly between 0 and 1`);
  return -Math.SQRT2 * erfcinv(2 * p);
}
