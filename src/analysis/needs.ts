import type { Measure } from "./measure.js";

/** What a question needs resampled before it can answer. */
export interface Needs {
  /** Replicates of every benchmark's correlation with each of these, over the same draws. */
  readonly measures: readonly Measure[];
  /** Which benchmarks: all, none (the fits alone are of interest), or only the last (one that was posted to be checked). */
  readonly targets: "all" | "none" | "last";
  /** Permutations of every benchmark against the first of the measures. */
  readonly permutations: boolean;
  /** |v* · v| of every resample. */
  readonly congruence: boolean;
  /** Eigenvalues of this many random matrices of the fit's size. */
  readonly nullMatrices: number;
}
