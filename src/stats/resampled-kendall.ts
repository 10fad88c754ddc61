import { GroupedKendall } from "./grouped-kendall.js";
import { copyLanes, LANES, type ResampledCorrelations, type ScoredResample } from "./scored-resample.js";
import type { SortedColumns } from "./sorted-columns.js";

/** Kendall's τ-b of a resampled score with every target. */
export class ResampledKendall implements ResampledCorrelations {
  readonly #targets: SortedColumns;
  readonly #kendall: GroupedKendall;
  readonly #found: Float64Array;
  readonly #group: Int32Array;

  constructor(targets: SortedColumns) {
    this.#targets = targets;
    this.#kendall = new GroupedKendall(targets);
    this.#found = new Float64Array(targets.columns * LANES);
    this.#group = new Int32Array(targets.rows);
  }

  take(lane: number, { resample, ranked }: ScoredResample): void {
    for (let k = 0; k < ranked.drawn; k++) {
      this.#group[ranked.order[k] as number] = (ranked.group[k] as number) + 1;
    }
    for (let c = 0; c < this.#targets.columns; c++) {
      this.#found[c * LANES + lane] = this.#kendall.of(c, resample.counts, this.#group, ranked.groups);
    }
  }

  write(lanes: number, out: Float64Array, at: number, stride: number): void {
    copyLanes(this.#found, lanes, out, at, stride);
  }
}
