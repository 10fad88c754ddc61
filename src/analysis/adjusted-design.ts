import type { Model } from "../matrix/score-matrix.js";
import type { Covariates } from "../stats/adjustment.js";
import { scoreSource } from "../stats/refitted-correlations.js";
import type { PartialDesign } from "../stats/refitted-partials.js";
import { sharedFloat64, sharedInt32 } from "../stats/shared-array.js";
import { sortedColumns } from "../stats/sorted-columns.js";
import { type Covariate, covariateOf, isGrouping } from "./covariates.js";
import type { Fit } from "./fit.js";
import { type Measure, scoring } from "./measure.js";
import { drawnRows, refittedColumns, refittedName, shared } from "./resampling.js";

/** With fewer complete models no benchmark has a partial correlation: n − 3 − g < 1. */
const LEAST_ROWS = 4;

/** What partial correlations are taken of: the fit's models, in the order that everyone's draws are of. */
export interface AdjustedDesign {
  readonly design: PartialDesign;
  /** Rows of the slice. */
  readonly rows: readonly number[];
  /** Columns of the slice that are targets of the design. */
  readonly columns: readonly number[];
  readonly given: readonly Covariate[];
  /** The same models and targets, adjusted for one covariate alone. */
  alone(covariate: Covariate): Covariates;
}

/** `null` where there is no score. */
export function adjustedDesign(
  fit: Fit,
  measure: Measure,
  given: readonly Covariate[],
): AdjustedDesign | null {
  const scored = scoring(fit, measure);
  if (scored.reason !== null) return null;
  const rows = drawnRows(fit, [scored.values]);
  const models = rows.map((i) => fit.slice.models[i] as Model);
  const complete = models.map((model) => given.every((covariate) => covariateOf(covariate, model) !== null));
  const cells = (values: Float64Array) =>
    Float64Array.from(rows, (i, k) => (complete[k] ? (values[i] as number) : Number.NaN));
  const columns = fit.slice.columns.flatMap((column, j) =>
    cells(column).filter((x) => !Number.isNaN(x)).length >= LEAST_ROWS ? [j] : [],
  );
  const design: PartialDesign = {
    capabilities: sortedColumns(refittedColumns(fit, [measure], rows), rows.length),
    basis: fit.basis,
    weights: shared(fit.component?.weights ?? new Float64Array(0)),
    score: scoreSource(
      refittedName(measure),
      shared(Float64Array.from(rows, (i) => scored.values[i] as number)),
    ),
    covariates: covariatesOf(models, given),
    targets: sortedColumns(
      columns.map((j) => cells(fit.slice.columns[j] as Float64Array)),
      rows.length,
    ),
  };
  return { design, rows, columns, given, alone: (covariate) => covariatesOf(models, [covariate]) };
}

/** The grouping with most groups is taken out by its means; the other, if any, by indicators. */
function covariatesOf(models: readonly Model[], given: readonly Covariate[]): Covariates {
  const ranked = given.filter((covariate) => !isGrouping(covariate));
  const [largest, ...others] = given
    .filter(isGrouping)
    .map((covariate) => groupsOf(covariate, models))
    .sort((a, b) => b.count - a.count);
  return {
    ranked: sortedColumns(
      ranked.map((covariate) =>
        Float64Array.from(models, (model) => (covariateOf(covariate, model) as number | null) ?? Number.NaN),
      ),
      models.length,
    ),
    groups: largest?.groups ?? sharedInt32(models.length),
    groupCount: largest?.count ?? 1,
    indicators: others.flatMap(({ groups, count }) =>
      Array.from({ length: count - 1 }, (_, g) => {
        const indicator = sharedFloat64(models.length);
        groups.forEach((own, i) => {
          indicator[i] = own === g + 1 ? 1 : 0;
        });
        return indicator;
      }),
    ),
  };
}

/** Numbered in order of appearance; a model that declares none is in no pattern, and stands under 0. */
function groupsOf(covariate: Covariate, models: readonly Model[]) {
  const names = new Map<string, number>();
  const groups = sharedInt32(models.length);
  models.forEach((model, i) => {
    const name = covariateOf(covariate, model) as string | null;
    if (name === null) return;
    if (!names.has(name)) names.set(name, names.size);
    groups[i] = names.get(name) as number;
  });
  return { groups, count: Math.max(1, names.size) };
}
