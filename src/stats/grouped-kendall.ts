import type { SortedColumns } from "./sorted-columns.js";

const LEAST_PAIRS = 3;

/**
 * Kendall's τ-b of grouped rows, each counted some number of times, with a sorted column: rows are taken in order of the
 * column, and a tree of counts over the groups says how many earlier rows are in a lower or higher one. O(n log n).
 *
 * Source: Kendall 1945; Fenwick 1994 for the tree.
 */
export class GroupedKendall {
  readonly #columns: SortedColumns;
  readonly #tree: Float64Array;
  readonly #inGroup: Float64Array;

  constructor(columns: SortedColumns) {
    this.#columns = columns;
    this.#tree = new Float64Array(columns.rows + 1);
    this.#inGroup = new Float64Array(columns.rows + 1);
  }

  /**
   * @param counts n: how often each row stands in the sample.
   * @param group n: the number of each counted row's tie group on the other side, ascending from 1 to `groups`.
   * @returns NaN where τ is undefined.
   */
  of(c: number, counts: Float64Array, group: Int32Array, groups: number): number {
    const { order, start, tied } = this.#columns;
    const end = start[c + 1] as number;
    this.#tree.fill(0, 0, groups + 1);
    this.#inGroup.fill(0, 0, groups + 1);
    let before = 0;
    let concordantLessDiscordant = 0;
    let tiedInColumn = 0;
    for (let first = start[c] as number; first < end; ) {
      let last = first;
      while (tied[last] === 1) last += 1;
      let weight = 0;
      for (let k = first; k <= last; k++) {
        const i = order[k] as number;
        const count = counts[i] as number;
        if (count === 0) continue;
        const lower = this.#upTo((group[i] as number) - 1);
        const higher = before - this.#upTo(group[i] as number);
        concordantLessDiscordant += count * (lower - higher);
        weight += count;
      }
      for (let k = first; k <= last; k++) {
        const i = order[k] as number;
        this.#add(group[i] as number, counts[i] as number, groups);
      }
      before += weight;
      tiedInColumn += pairsOf(weight);
      first = last + 1;
    }
    let tiedInGroups = 0;
    for (let g = 1; g <= groups; g++) tiedInGroups += pairsOf(this.#inGroup[g] as number);
    const product = (pairsOf(before) - tiedInColumn) * (pairsOf(before) - tiedInGroups);
    return before < LEAST_PAIRS || product === 0 ? Number.NaN : concordantLessDiscordant / Math.sqrt(product);
  }

  #add(group: number, count: number, groups: number): void {
    if (count === 0) return;
    this.#inGroup[group] = (this.#inGroup[group] as number) + count;
    for (let at = group; at <= groups; at += at & -at) this.#tree[at] = (this.#tree[at] as number) + count;
  }

  #upTo(group: number): number {
    let sum = 0;
    for (let at = group; at > 0; at -= at & -at) sum += this.#tree[at] as number;
    return sum;
  }
}

function pairsOf(rows: number): number {
  return (rows * (rows - 1)) / 2;
}
