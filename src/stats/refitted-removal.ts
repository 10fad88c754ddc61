import { advanceSubset, subsetAt } from "./combinations.js";
import type { RemovalStep } from "./greedy-removal.js";
import { type RefitDesign, refittedCorrelations } from "./refitted-correlations.js";
import { ExtremeRecord, type RemovalExtremes, SAME } from "./removal-extremes.js";
import { leaveOut, type Resample } from "./resample.js";
import type { ShrinkingSample } from "./shrinking-sample.js";

/** Subsets that are refitted before their extremes are looked at. */
const BLOCK = 1_024;
const MOST_PASSES = 3;

/** The correlation with the score refitted on what is left when rows are dropped; NaN where undefined. */
export class RefittedRemoval {
  readonly #design: RefitDesign;
  /** Rows of the design that have the target: those that may be dropped. */
  readonly #droppable: Int32Array;

  constructor(design: RefitDesign, droppable: Int32Array) {
    this.#design = design;
    this.#droppable = droppable;
  }

  /** @param sets rows of the design. */
  without(sets: readonly Int32Array[]): Float64Array {
    const rho = new Float64Array(sets.length);
    const out = { rho: [rho], congruence: null, stride: sets.length };
    if (sets.length === 0) return rho;
    const draw = (b: number, into: Resample) => leaveOut(sets[b] as Int32Array, into);
    refittedCorrelations(this.#design, { from: 0, to: sets.length, draw }, out);
    return rho;
  }

  /** Subsets of k droppable rows, from … to − 1 in lexicographic order. */
  extremes(k: number, from: number, to: number): RemovalExtremes {
    const record = new ExtremeRecord(k);
    const n = this.#droppable.length;
    const subset = subsetAt(n, k, from);
    for (let at = from; at < to; at += BLOCK) {
      const subsets = Array.from({ length: Math.min(BLOCK, to - at) }, () => {
        const own = subset.slice();
        advanceSubset(subset, n);
        return own;
      });
      const rho = this.without(subsets.map((own) => this.#rowsOf(own)));
      subsets.forEach((own, b) => {
        record.add(rho[b] as number, own);
      });
    }
    return record.extremes();
  }

  /**
   * A subset that the fixed score suggests, judged with the score refitted, and improved by swaps among the candidates that
   * the fixed score thinks best, as many as `mostFits` refits allow.
   */
  improved(start: Int32Array, sample: ShrinkingSample, direction: 1 | -1, mostFits: number): RemovalStep {
    let rows = start.slice().sort();
    let [rho] = this.without([this.#rowsOf(rows)]) as unknown as [number];
    const width = Math.floor(mostFits / (MOST_PASSES * rows.length));
    const found = new Float64Array(this.#droppable.length);
    for (const row of rows) sample.remove(row);
    for (let pass = 0; pass < MOST_PASSES && width > 0; pass++) {
      const before = rho;
      for (const row of [...rows]) {
        sample.restore(row);
        sample.without(found);
        const others = bestOf(found, direction, width).filter((v) => v !== row);
        const swapped = others.map((v) => rows.map((own) => (own === row ? v : own)).sort());
        const values = this.without(swapped.map((own) => this.#rowsOf(own)));
        const best = bestOf(values, direction, 1)[0] ?? -1;
        const isBetter =
          best >= 0 && (Number.isNaN(rho) || direction * ((values[best] as number) - rho) > SAME);
        sample.remove(isBetter ? (others[best] as number) : row);
        if (!isBetter) continue;
        rho = values[best] as number;
        rows = swapped[best] as Int32Array<ArrayBuffer>;
      }
      if (rho === before) break;
    }
    for (const row of rows) sample.restore(row);
    return { rho, rows };
  }

  #rowsOf(subset: Int32Array): Int32Array {
    return subset.map((place) => this.#droppable[place] as number);
  }
}

/** Places of the greatest (1) or least (−1) values that are defined, the first on equal values. */
function bestOf(values: Float64Array, direction: 1 | -1, count: number): number[] {
  return [...values.keys()]
    .filter((v) => !Number.isNaN(values[v]))
    .sort((a, b) => direction * ((values[b] as number) - (values[a] as number)) || a - b)
    .slice(0, count);
}
