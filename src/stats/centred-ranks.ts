/** Up to so many values are sorted by insertion into the order of those before. */
const FEW = 128;

/**
 * Twice the midranks less their mean, of one list of n finite values after another: whole numbers, so that sums of
 * products are exact in any order. Each order is kept as the beginning of the next.
 */
export class CentredRanks {
  readonly #order: Int32Array;
  readonly #ranks: Float64Array;

  constructor(n: number) {
    this.#order = new Int32Array(n).map((_, c) => c);
    this.#ranks = new Float64Array(n);
  }

  of(values: Float64Array): Float64Array {
    const order = this.#order;
    const n = order.length;
    if (n > FEW) order.sort((a, b) => (values[a] as number) - (values[b] as number));
    else insertInto(order, values);
    for (let k = 0; k < n; ) {
      let last = k;
      while (last + 1 < n && values[order[last + 1] as number] === values[order[k] as number]) last += 1;
      const centred = k + last + 1 - n;
      for (; k <= last; k++) this.#ranks[order[k] as number] = centred;
    }
    return this.#ranks;
  }
}

function insertInto(order: Int32Array, values: Float64Array): void {
  for (let k = 1; k < order.length; k++) {
    const i = order[k] as number;
    const value = values[i] as number;
    let at = k;
    while (at > 0 && (values[order[at - 1] as number] as number) > value) {
      order[at] = order[at - 1] as number;
      at -= 1;
    }
    order[at] = i;
  }
}
