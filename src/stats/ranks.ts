import { requireFinite, type Sample } from "./sample.js";

/**
 * Midranks: the smallest value has rank 1, and tied values share the average of the ranks they span.
 *
 * @example midranks([10, 30, 10, 20]) // => Float64Array [1.5, 4, 1.5, 3]
 * @throws {RangeError} on a value that is not finite.
 */
export function midranks(x: Sample): Float64Array {
  requireFinite(x);
  const sorted = Float64Array.from(x).sort();
  const ranks = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const value = x[i] as number;
    const below = countWhile(sorted, (other) => other < value);
    const upTo = countWhile(sorted, (other) => other <= value);
    ranks[i] = (below + 1 + upTo) / 2;
  }
  return ranks;
}

/** How many leading values of an ascending list have a property that no later one has. */
function countWhile(sorted: Float64Array, has: (value: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (has(sorted[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}
