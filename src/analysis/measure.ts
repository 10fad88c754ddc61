import { joinRoundingTies } from "../stats/rounding-ties.js";
import { AVERAGE_NAMES, AVERAGES, type AverageName } from "./averages.js";
import type { Fit } from "./fit.js";

/** What stands for a model's capability: the first component, an average, or one benchmark by name. */
export type Measure = "pc1" | AverageName | `named:${string}`;

export const FITTED_MEASURES = ["pc1", ...AVERAGE_NAMES] as const;
export type FittedMeasure = (typeof FITTED_MEASURES)[number];

/** One value for each model of the slice, NaN where it has none; or why no model has one. */
export interface Scoring {
  readonly values: Float64Array;
  readonly reason: string | null;
}

/** The scores of a measure. `named:` stands for the benchmark's own oriented scores, over the models that have it. */
export function scoring(fitted: Fit, measure: Measure): Scoring {
  if (measure.startsWith("named:")) return namedScoring(fitted, measure.slice("named:".length));
  if (measure === "pc1") return overSlice(fitted, fitted.component?.scores ?? null, fitted.reason);
  const average = AVERAGES[measure as AverageName](fitted);
  return overSlice(fitted, average.values, average.values === null ? average.reason : null);
}

function namedScoring(fitted: Fit, name: string): Scoring {
  const column = fitted.slice.benchmarks.findIndex((b) => b.benchmark === name);
  return { values: fitted.slice.columns[column] as Float64Array, reason: null };
}

/** Scores for every model of the slice; equal where only rounding tells them apart, so that column order moves no rank. */
export function overSlice(fitted: Fit, values: Float64Array | null, reason: string | null): Scoring {
  const spread = new Float64Array(fitted.slice.models.length).fill(Number.NaN);
  fitted.rows.forEach((row, k) => {
    if (values !== null) spread[row] = values[k] as number;
  });
  return { values: joinRoundingTies(spread), reason };
}
