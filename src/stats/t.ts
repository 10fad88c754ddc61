import quantile from "@stdlib/stats-base-dists-t-quantile";

/**
 * Quantile of Student's t with `degrees` of freedom.
 *
 * @example tQuantile(0.975, 10) // => 2.228…
 * @throws {RangeError} where p is not strictly between 0 and 1, or there is no degree of freedom.
 */
export function tQuantile(p: number, degrees: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`${p} is not strictly between 0 and 1`);
  if (!(degrees > 0)) throw new RangeError(`${degrees} degrees of freedom`);
  return quantile(p, degrees);
}
