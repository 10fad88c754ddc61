import { subsetCount } from "./subset-count.js";

/**
 * The subset of k of 0 … n − 1 at a place in lexicographic order, ascending.
 *
 * @example subsetAt(5, 2, 4) // => [1, 2], after [0, 1], [0, 2], [0, 3], [0, 4]
 */
export function subsetAt(n: number, k: number, place: number): Int32Array {
  const subset = new Int32Array(k);
  let rest = place;
  let row = 0;
  for (let depth = 0; depth < k; row++) {
    const beginningHere = subsetCount(n - row - 1, k - depth - 1);
    if (rest < beginningHere) subset[depth++] = row;
    else rest -= beginningHere;
  }
  return subset;
}

/** Moves to the next subset in lexicographic order; the last one stays. */
export function advanceSubset(subset: Int32Array, n: number): void {
  const k = subset.length;
  let depth = k - 1;
  while (depth >= 0 && subset[depth] === n - k + depth) depth -= 1;
  if (depth < 0) return;
  subset[depth] = (subset[depth] as number) + 1;
  for (let next = depth + 1; next < k; next++) subset[next] = (subset[next - 1] as number) + 1;
}
