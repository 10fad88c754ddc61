import type { Resample } from "./resample.js";
import { ROUNDING_SPREAD, ROUNDING_UNITS } from "./rounding-ties.js";
import type { SortedColumns } from "./sorted-columns.js";

/** Below this, insertion from an order that is nearly right beats merging. */
const FEW = 48;

/**
 * The rows of a resample in order of their score, and the ranks that they have among the rows of each pattern.
 * Scores that differ by rounding only are tied, as in the original sample.
 */
export class RankedScore {
  /** The drawn rows in ascending order of score. */
  readonly order: Int32Array;
  /** How many rows were drawn at least once. */
  drawn = 0;
  /** As `order`: the number of the row's tie group. */
  readonly group: Int32Array;
  groups = 0;
  readonly #usual: Int32Array;
  readonly #scratch: Int32Array;

  /** @param usual all rows, in the order that their scores are expected to have. */
  constructor(usual: Int32Array) {
    this.#usual = usual;
    this.order = new Int32Array(usual.length);
    this.group = new Int32Array(usual.length);
    this.#scratch = new Int32Array(usual.length);
  }

  rank(scores: Float64Array, { counts }: Resample): void {
    const { order } = this;
    let drawn = 0;
    for (const i of this.#usual) if ((counts[i] as number) > 0) order[drawn++] = i;
    this.drawn = drawn;
    if (drawn <= FEW) insertionSort(order, 0, drawn, scores);
    else mergeSort(order, drawn, scores, this.#scratch);
    this.#tie(scores);
  }

  #tie(scores: Float64Array): void {
    const { order, group, drawn } = this;
    this.groups = 0;
    if (drawn === 0) return;
    const low = scores[order[0] as number] as number;
    const high = scores[order[drawn - 1] as number] as number;
    const tolerance = Math.max(
      ROUNDING_SPREAD * (high - low),
      ROUNDING_UNITS * Math.max(Math.abs(low), Math.abs(high)),
    );
    let start = low;
    let current = 0;
    for (let k = 0; k < drawn; k++) {
      const score = scores[order[k] as number] as number;
      if (score - start > tolerance) {
        start = score;
        current += 1;
      }
      group[k] = current;
    }
    this.groups = current + 1;
  }

  /**
   * Centred doubled midranks among the rows of a pattern, times how often each was drawn, to `weighted` (n, 0 elsewhere).
   * Returns what Spearman's ρ divides by: the sum of their squares, 0 where fewer than two differ.
   */
  among(targets: SortedColumns, pattern: number, { counts }: Resample, weighted: Float64Array): number {
    const { order, group, drawn } = this;
    const at = pattern * targets.rows;
    const { present } = targets;
    let size = 0;
    for (let k = 0; k < drawn; k++) {
      const i = order[k] as number;
      if (present[at + i] === 1) size += counts[i] as number;
    }
    weighted.fill(0);
    let below = 0;
    let square = 0;
    for (let k = 0; k < drawn; ) {
      let end = k;
      let weight = 0;
      for (; end < drawn && group[end] === group[k]; end++) {
        const i = order[end] as number;
        if (present[at + i] === 1) weight += counts[i] as number;
      }
      const centred = 2 * below + weight - size;
      for (; k < end; k++) {
        const i = order[k] as number;
        if (present[at + i] === 1) weighted[i] = centred * (counts[i] as number);
      }
      below += weight;
      square += weight * centred * centred;
    }
    return square;
  }
}

/** Row numbers from the lowest score to the highest; of equal ones the first first. */
export function ascendingOrder(values: Float64Array): Int32Array {
  return Int32Array.from(values.keys()).sort(
    (a, b) => (values[a] as number) - (values[b] as number) || a - b,
  );
}

function insertionSort(order: Int32Array, from: number, to: number, keys: Float64Array): void {
  for (let k = from + 1; k < to; k++) {
    const row = order[k] as number;
    const key = keys[row] as number;
    let at = k - 1;
    while (at >= from && (keys[order[at] as number] as number) > key) {
      order[at + 1] = order[at] as number;
      at -= 1;
    }
    order[at + 1] = row;
  }
}

function mergeSort(order: Int32Array, length: number, keys: Float64Array, scratch: Int32Array): void {
  const RUN = 16;
  for (let k = 0; k < length; k += RUN) insertionSort(order, k, Math.min(k + RUN, length), keys);
  let [from, to] = [order, scratch];
  for (let width = RUN; width < length; width *= 2) {
    for (let k = 0; k < length; k += 2 * width) {
      merge(from, to, k, Math.min(k + width, length), Math.min(k + 2 * width, length), keys);
    }
    [from, to] = [to, from];
  }
  if (from !== order) order.set(from.subarray(0, length));
}

function merge(
  from: Int32Array,
  to: Int32Array,
  start: number,
  middle: number,
  end: number,
  keys: Float64Array,
): void {
  let left = start;
  let right = middle;
  for (let k = start; k < end; k++) {
    const takeLeft =
      left < middle &&
      (right >= end || (keys[from[left] as number] as number) <= (keys[from[right] as number] as number));
    to[k] = from[takeLeft ? left++ : right++] as number;
  }
}
