import type { CorrelationMethod } from "./correlation.js";
import type { RandomStream } from "./philox.js";
import { type RefitDesign, refittedCorrelations, scoreSource } from "./refitted-correlations.js";
import type { Resample } from "./resample.js";
import { type SortedColumns, sortedColumns } from "./sorted-columns.js";

/** Correlations of a fixed score with one target in random sets of `size` rows, each set with the same probability. */
export class RandomSets {
  readonly #design: RefitDesign;
  readonly #order: Int32Array;
  readonly #size: number;

  constructor(x: Float64Array, targets: SortedColumns, correlation: CorrelationMethod, size: number) {
    this.#design = {
      capabilities: sortedColumns([], x.length),
      basis: "spearman",
      weights: new Float64Array(0),
      scores: [scoreSource(null, x)],
      targets,
      correlation,
    };
    this.#order = new Int32Array(x.length);
    this.#size = size;
  }

  /** Sets from … to − 1 of a stream, their correlations to `out`, NaN where undefined. */
  run(stream: RandomStream, from: number, to: number, out: Float64Array): void {
    const output = { rho: [out], congruence: null, stride: out.length };
    const draw = (b: number, into: Resample) => this.#draw(stream.at(b), into);
    refittedCorrelations(this.#design, { from, to, draw }, output);
  }

  /** The first places of a Fisher–Yates shuffle. */
  #draw(stream: RandomStream, into: Resample): void {
    const { counts } = into;
    const order = this.#order;
    for (let i = 0; i < order.length; i++) order[i] = i;
    counts.fill(0);
    for (let i = 0; i < this.#size; i++) {
      const j = i + stream.below(order.length - i);
      const drawn = order[j] as number;
      order[j] = order[i] as number;
      counts[drawn] = 1;
    }
    into.size = this.#size;
  }
}
