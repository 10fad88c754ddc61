import type { RankedScore } from "./ranked-score.js";
import type { Resample } from "./resample.js";

/** Resamples that are taken through the columns together, so that each column's order is read once for all of them. */
export const LANES = 4;

/** The score of one resample, as its correlations with the target columns need it. */
export interface ScoredResample {
  readonly resample: Resample;
  readonly scores: Float64Array;
  readonly ranked: RankedScore;
}

/**
 * Correlations of a resampled score with every target column; a target that misses a row is correlated over the drawn rows
 * that it has. NaN where a correlation is undefined: fewer than three rows, or a side that does not vary.
 */
export interface ResampledCorrelations {
  /** The score of the resample in a lane. */
  take(lane: number, scored: ScoredResample): void;
  /** One value for each column and the first `lanes` lanes: column c's to out[c × stride + at] and those after. */
  write(lanes: number, out: Float64Array, at: number, stride: number): void;
}

/** Columns × lanes to where each column's resamples lie. */
export function copyLanes(
  found: Float64Array,
  lanes: number,
  out: Float64Array,
  at: number,
  stride: number,
): void {
  for (let c = 0; c * LANES < found.length; c++) {
    for (let lane = 0; lane < lanes; lane++) {
      out[c * stride + at + lane] = found[c * LANES + lane] as number;
    }
  }
}
