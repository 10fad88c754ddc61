/**
 * For each row, how many rows are concordant with it less how many are discordant; a tie on either side counts for neither.
 * O(n log n): rows come in by x, and a Fenwick tree counts them by y.
 *
 * @param x,y whole numbers from 0 to `most`, equal where tied.
 * @example concordance(Int32Array.of(1, 2, 3), Int32Array.of(1, 3, 2), 3) // => [2, 0, 0]
 */
export function concordance(x: Int32Array, y: Int32Array, most: number): Float64Array {
  const n = x.length;
  const order = Int32Array.from(x.keys()).sort((a, b) => (x[a] as number) - (x[b] as number));
  const [seen, all] = [new CountTree(most + 1), new CountTree(most + 1)];
  for (const place of y) all.add(place);
  const net = new Float64Array(n);
  /** Rows of the tree with less y than the row, less those with more. */
  const belowLessAbove = (tree: CountTree, row: number) => {
    const place = y[row] as number;
    return tree.below(place) - (tree.size - tree.below(place + 1));
  };
  for (let k = 0; k < n; ) {
    const start = k;
    const at = x[order[k] as number];
    for (; k < n && x[order[k] as number] === at; k++) {
      const row = order[k] as number;
      net[row] = belowLessAbove(seen, row);
    }
    for (let i = start; i < k; i++) seen.add(y[order[i] as number] as number);
    for (let i = start; i < k; i++) {
      const row = order[i] as number;
      // Of the rows with more x, those above in y count for and those below against it.
      net[row] = (net[row] as number) - (belowLessAbove(all, row) - belowLessAbove(seen, row));
    }
  }
  return net;
}

/** Counts of whole numbers that grow, with sums of all below in O(log n). Source: Fenwick 1994. */
class CountTree {
  readonly #counts: Int32Array;
  size = 0;

  constructor(places: number) {
    this.#counts = new Int32Array(places + 1);
  }

  add(place: number): void {
    this.size += 1;
    for (let at = place + 1; at < this.#counts.length; at += at & -at)
      this.#counts[at] = (this.#counts[at] as number) + 1;
  }

  below(place: number): number {
    let sum = 0;
    for (let at = place; at > 0; at -= at & -at) sum += this.#counts[at] as number;
    return sum;
  }
}
