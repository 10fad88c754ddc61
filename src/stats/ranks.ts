import { requireFinite, type Sample } from "./sample.js";

/**
 * Midranks: the smallest value has rank 1, and tied values share the average of the ranks they span.
 *
 * @example midranks([10, 30, 10, 20]) // => Float64Array [1.5, 4, 1.5, 3]
 * @throws {RangeError} on a value that is not finite.
 */
export function midranks(x: Sample): Float64Array {
  requireFinite(x);
  const order = Uint32Array.from(x, (_, i) => i).sort((a, b) => (x[a] as number) - (x[b] as number));
  const ranks = new Float64Array(x.length);
  for (let start = 0; start < order.length; ) {
    const end = endOfTie(x, order, start);
    const shared = (start + 1 + end) / 2;
    for (let k = start; k < end; k++) ranks[order[k] as number] = shared;
    start = end;
  }
  return ranks;
}

function endOfTie(x: Sample, order: Uint32Array, start: number): number {
  let end = start + 1;
  while (end < order.length && x[order[end] as number] === x[order[start] as number]) end += 1;
  return end;
}
