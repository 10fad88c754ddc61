import type { Model } from "../matrix/score-matrix.js";
import { correlate } from "./correlate.js";
import type { Fit } from "./fit.js";
import { scoring } from "./measure.js";
import type { ComputeOptions } from "./options.js";
import { sharedCopy } from "./shared-copy.js";

/** The models that have both score and benchmark, by name, with the score as it was fitted on the whole class. */
export interface FixedSample {
  /** Row numbers in the slice, in the order of the models' names. */
  readonly rows: readonly number[];
  readonly models: readonly Model[];
  /** Scores and benchmark, on shared memory. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly rho: number | null;
  readonly reason: string | null;
}

/** By name, so that no subset and no tie between subsets depends on the order in which models were posted. */
export function fixedSample(
  fitted: Fit,
  column: number,
  { measure, correlation }: ComputeOptions,
): FixedSample {
  const score = scoring(fitted, measure);
  const target = fitted.slice.columns[column] as Float64Array;
  const rows = byName(fitted, (i) => !Number.isNaN(score.values[i]) && !Number.isNaN(target[i]));
  const { rho, reason } = correlate(score, target, correlation);
  return {
    rows,
    models: rows.map((i) => fitted.slice.models[i] as Model),
    x: sharedCopy(Float64Array.from(rows, (i) => score.values[i] as number)),
    y: sharedCopy(Float64Array.from(rows, (i) => target[i] as number)),
    rho,
    reason,
  };
}

/** The rows of a slice that have a property, in the order of their models' names. */
export function byName({ slice }: Fit, has: (row: number) => boolean): number[] {
  const name = (i: number) => slice.models[i]?.model as string;
  return [...slice.models.keys()].filter(has).sort((a, b) => (name(a) < name(b) ? -1 : 1));
}
