import { requirePairs, type Sample } from "./sample.js";

const LEAST_PAIRS = 3;

/**
 * The Theil–Sen slope of y on x: the median of the slopes between any two points with different x. `null` where it is
 * undefined: fewer than three points, no two with different x, or a median beyond the range of doubles.
 *
 * Source: Theil 1950; Sen 1968.
 * @example theilSenSlope([1, 2, 3, 4], [1, 2, 3, 10]) // => 2
 * @throws {RangeError} on unequal lengths or a value that is not finite.
 */
export function theilSenSlope(x: Sample, y: Sample): number | null {
  requirePairs(x, y);
  if (x.length < LEAST_PAIRS) return null;
  const slopes = new Float64Array((x.length * (x.length - 1)) / 2);
  let count = 0;
  for (let i = 0; i < x.length; i++) {
    for (let j = i + 1; j < x.length; j++) {
      const run = (x[j] as number) - (x[i] as number);
      if (run !== 0) slopes[count++] = ((y[j] as number) - (y[i] as number)) / run;
    }
  }
  const sorted = slopes.subarray(0, count).sort();
  const [low, high] = [sorted[(count - 1) >> 1], sorted[count >> 1]] as [number, number];
  const median = low / 2 + high / 2;
  return count > 0 && Number.isFinite(low) && Number.isFinite(high) ? median : null;
}
