import { isConstant, requirePairs, type Sample } from "./sample.js";

/**
 * Kendall's τ-b, which corrects for ties on either side; `null` for fewer than three pairs or a constant
 * side. O(n log n): discordant pairs are the swaps of a merge sort.
 *
 * Source: Kendall 1945; Knight 1966, A computer method for calculating Kendall's tau.
 * @example kendallTauB([1, 2, 3, 3], [1, 3, 2, 4]) // => 0.5477…
 * @throws {RangeError} on unequal lengths or a value that is not finite.
 */
export function kendallTauB(x: Sample, y: Sample): number | null {
  requirePairs(x, y);
  const n = x.length;
  if (n < 3 || isConstant(x) || isConstant(y)) return null;
  const order = Uint32Array.from(x, (_, i) => i).sort(
    (a, b) => (x[a] as number) - (x[b] as number) || (y[a] as number) - (y[b] as number),
  );
  const xSorted = Float64Array.from(order, (i) => x[i] as number);
  const ySorted = Float64Array.from(order, (i) => y[i] as number);
  const tiedInX = tiedPairs(n, (i) => xSorted[i] === xSorted[i - 1]);
  const tiedInBoth = tiedPairs(n, (i) => xSorted[i] === xSorted[i - 1] && ySorted[i] === ySorted[i - 1]);
  const discordant = sortCountingSwaps(ySorted);
  const tiedInY = tiedPairs(n, (i) => ySorted[i] === ySorted[i - 1]);
  const pairs = (n * (n - 1)) / 2;
  const concordantLessDiscordant = pairs - tiedInX - tiedInY + tiedInBoth - 2 * discordant;
  // One product under the root, not two roots: identical rankings then give exactly 1.
  return concordantLessDiscordant / Math.sqrt((pairs - tiedInX) * (pairs - tiedInY));
}

/** Number of pairs within runs of equal neighbours. */
function tiedPairs(n: number, sameAsPrevious: (i: number) => boolean): number {
  let count = 0;
  let run = 0;
  for (let i = 1; i < n; i++) {
    run = sameAsPrevious(i) ? run + 1 : 0;
    count += run;
  }
  return count;
}

/** Sorts in place by bottom-up merging; returns how many pairs stood in descending order. */
function sortCountingSwaps(values: Float64Array): number {
  const n = values.length;
  let from: Float64Array = values;
  let to: Float64Array = new Float64Array(n);
  let swaps = 0;
  for (let width = 1; width < n; width *= 2) {
    for (let start = 0; start < n; start += 2 * width) {
      const middle = Math.min(start + width, n);
      const end = Math.min(start + 2 * width, n);
      swaps += mergeCountingSwaps(from, to, start, middle, end);
    }
    [from, to] = [to, from];
  }
  if (from !== values) values.set(from);
  return swaps;
}

function mergeCountingSwaps(
  from: Float64Array,
  to: Float64Array,
  start: number,
  middle: number,
  end: number,
): number {
  let left = start;
  let right = middle;
  let swaps = 0;
  for (let k = start; k < end; k++) {
    const takeLeft = left < middle && (right >= end || (from[left] as number) <= (from[right] as number));
    if (!takeLeft) swaps += middle - left;
    to[k] = from[takeLeft ? left++ : right++] as number;
  }
  return swaps;
}
