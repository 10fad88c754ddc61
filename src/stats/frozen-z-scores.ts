import { mean, standardDeviation } from "simple-statistics";
import { isConstant, requireFinite, type Sample, shiftedTowardsUnit } from "./sample.js";

/**
 * z-scores of new values on a sample's own mean and standard deviation (ddof 0), both frozen: what the score of a model that
 * was not fitted is made of. `null` for a constant or empty sample.
 *
 * @example frozenZScores([1, 2, 3], [2, 5]) // => Float64Array [0, 3.6742…]
 * @throws {RangeError} on a value that is not finite.
 */
export function frozenZScores(sample: Sample, values: Sample): Float64Array | null {
  requireFinite(sample);
  requireFinite(values);
  if (sample.length === 0 || isConstant(sample)) return null;
  const shifted = shiftedTowardsUnit([...sample, ...values]);
  const own = shifted.subarray(0, sample.length) as unknown as readonly number[];
  const [centre, spread] = [mean(own), standardDeviation(own)];
  return spread > 0 ? shifted.slice(sample.length).map((value) => (value - centre) / spread) : null;
}
