import cdf from "@stdlib/stats-base-dists-normal-cdf";
import quantile from "@stdlib/stats-base-dists-normal-quantile";

/** Φ, the standard normal distribution function. simple-statistics' own table is wrong in the tails. */
export function normalCdf(z: number): number {
  return cdf(z, 0, 1);
}

/** Φ⁻¹ of a probability strictly between 0 and 1. @throws {RangeError} outside. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`${p} is not strictly between 0 and 1`);
  return quantile(p, 0, 1);
}
