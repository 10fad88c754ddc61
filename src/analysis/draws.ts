import type { Measure } from "./measure.js";
import type { Resampling } from "./resampling.js";

/** What resampling gave, by measure and benchmark; nothing where nothing was resampled. */
export class Draws {
  readonly #resampling: Resampling | null;
  readonly #targetOf: ReadonlyMap<number, number>;

  constructor(resampling: Resampling | null) {
    this.#resampling = resampling;
    this.#targetOf = new Map((resampling?.columns ?? []).map((column, target) => [column, target]));
  }

  get resamples(): number {
    return this.#resampling?.resamples ?? 0;
  }

  /** How many families were drawn instead of models; `null` where models were. */
  get families(): number | null {
    const clusters = this.#resampling?.clusters ?? null;
    return clusters === null ? null : clusters.start.length - 1;
  }

  /** Whether there were too many models to leave each out in turn, and hence no BCa. */
  get lacksJackknife(): boolean {
    return this.#resampling !== null && this.#resampling.deletions.members.length === 0;
  }

  /** ρ* of a benchmark in every resample, NaN where undefined; `null` where it was not resampled. */
  replicates(measure: Measure, column: number): Float64Array | null {
    return this.#stretch(this.#resampling?.replicates, measure, column, this.resamples);
  }

  /** ρ of a benchmark with each model, or family, left out and the score refitted. */
  jackknife(measure: Measure, column: number): Float64Array | null {
    const deletions = (this.#resampling?.deletions.start.length ?? 1) - 1;
    return this.#stretch(this.#resampling?.jackknife, measure, column, deletions);
  }

  /** Of the first measure: (as extreme + 1)/(permutations + 1). */
  permutationP(column: number): number | null {
    const target = this.#targetOf.get(column);
    const resampling = this.#resampling;
    if (resampling === null || target === undefined) return null;
    const width = resampling.columns.length;
    let extreme = 0;
    for (let at = target; at < resampling.extreme.length; at += width)
      extreme += resampling.extreme[at] as number;
    return (extreme + 1) / (resampling.resamples + 1);
  }

  /** |v* · v| of every resample. */
  get congruence(): Float64Array | null {
    return this.#resampling?.congruence ?? null;
  }

  /** Random matrices × components. */
  get nullEigenvalues(): Float64Array | null {
    return this.#resampling?.nullEigenvalues ?? null;
  }

  #stretch(
    arrays: readonly Float64Array[] | undefined,
    measure: Measure,
    column: number,
    length: number,
  ): Float64Array | null {
    const target = this.#targetOf.get(column);
    const array = arrays?.[this.#resampling?.measures.indexOf(measure) ?? -1];
    return target === undefined || array === undefined
      ? null
      : array.subarray(target * length, (target + 1) * length);
  }
}
