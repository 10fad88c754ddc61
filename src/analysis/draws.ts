import type { Measure } from "./measure.js";
import type { Work } from "./work.js";

/** What resampling gave, by measure and benchmark; nothing where nothing was resampled. */
export class Draws {
  readonly #work: Work | null;
  readonly #targetOf: ReadonlyMap<number, number>;

  constructor(work: Work | null) {
    this.#work = work;
    this.#targetOf = new Map((work?.columns ?? []).map((column, target) => [column, target]));
  }

  get resamples(): number {
    return this.#work?.resamples ?? 0;
  }

  /** How many families were drawn instead of models; `null` where models were. */
  get families(): number | null {
    const clusters = this.#work?.clusters ?? null;
    return clusters === null ? null : clusters.start.length - 1;
  }

  /** ρ* of a benchmark in every resample, NaN where undefined; `null` where it was not resampled. */
  replicates(measure: Measure, column: number): Float64Array | null {
    return this.#stretch(this.#work?.replicates, measure, column, this.resamples);
  }

  /** ρ of a benchmark with each model, or family, left out and the score refitted. */
  jackknife(measure: Measure, column: number): Float64Array | null {
    const deletions = (this.#work?.deletions.start.length ?? 1) - 1;
    return this.#stretch(this.#work?.jackknife, measure, column, deletions);
  }

  /** Of the first measure: (as extreme + 1)/(permutations + 1). */
  permutationP(column: number): number | null {
    const target = this.#targetOf.get(column);
    const work = this.#work;
    if (work === null || target === undefined) return null;
    const width = work.columns.length;
    let extreme = 0;
    for (let at = target; at < work.extreme.length; at += width) extreme += work.extreme[at] as number;
    return (extreme + 1) / (work.resamples + 1);
  }

  /** |v* · v| of every resample. */
  get congruence(): Float64Array | null {
    return this.#work?.congruence ?? null;
  }

  /** Random matrices × components. */
  get nullEigenvalues(): Float64Array | null {
    return this.#work?.nullEigenvalues ?? null;
  }

  #stretch(
    arrays: readonly Float64Array[] | undefined,
    measure: Measure,
    column: number,
    length: number,
  ): Float64Array | null {
    const target = this.#targetOf.get(column);
    const array = arrays?.[this.#work?.measures.indexOf(measure) ?? -1];
    return target === undefined || array === undefined
      ? null
      : array.subarray(target * length, (target + 1) * length);
  }
}
