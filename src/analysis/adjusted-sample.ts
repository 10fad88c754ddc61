import type { Model } from "../matrix/score-matrix.js";
import type { Covariates } from "../stats/adjustment.js";
import { correlation } from "../stats/correlation.js";
import { PartialCorrelations } from "../stats/partial-correlations.js";
import { ascendingOrder, RankedScore } from "../stats/ranked-score.js";
import { isConstant } from "../stats/sample.js";
import { sortedColumns } from "../stats/sorted-columns.js";
import type { AdjustedDesign } from "./adjusted-design.js";
import type { Collinearity } from "./adjusted-row.js";
import { type Covariate, covariateOf, isGrouping } from "./covariates.js";
import type { Fit } from "./fit.js";

/** Beyond either the models cannot separate capability from the covariate (METHODS §6). */
const MOST_INFLATION = 5;
const MOST_RHO = 0.9;

/** Of one benchmark; what does not exist is `null`, and `reason` says why there is no partial correlation. */
export interface Partial {
  readonly n: number;
  readonly rho: number | null;
  readonly partialRho: number | null;
  readonly rank: number | null;
  readonly vif: number | null;
  readonly collinear: Collinearity[];
  readonly singletons: number;
  readonly reason: string | null;
}

/** Partial correlations on the data themselves. */
export class AdjustedSample {
  readonly #fit: Fit;
  readonly #adjusted: AdjustedDesign;
  readonly #targetOf: ReadonlyMap<number, number>;
  readonly #partials: PartialCorrelations;
  readonly #alone: ReadonlyMap<Covariate, PartialCorrelations>;
  readonly #collinear = new Map<number, Collinearity[]>();

  constructor(fit: Fit, adjusted: AdjustedDesign) {
    const { design, given, alone } = adjusted;
    const taken = (covariates: Covariates) =>
      onceThrough(new PartialCorrelations(covariates, design.targets), design.score.values);
    this.#fit = fit;
    this.#adjusted = adjusted;
    this.#targetOf = new Map(adjusted.columns.map((column, target) => [column, target]));
    this.#partials = taken(design.covariates);
    this.#alone = new Map(given.map((covariate) => [covariate, taken(alone(covariate))]));
  }

  of(column: number): Partial {
    const target = this.#targetOf.get(column);
    const rows = this.#rowsOf(column);
    if (target === undefined) return { ...NOTHING, n: rows.length, reason: "tooFewModels" };
    const { values } = this.#adjusted.design.score;
    const cells = this.#fit.slice.columns[column] as Float64Array;
    const x = Float64Array.from(rows, (k) => values[k] as number);
    const y = Float64Array.from(rows, (k) => cells[this.#adjusted.rows[k] as number] as number);
    const partialRho = orNull(this.#partials.of(target));
    const vif = orNull(this.#partials.varianceInflation(target));
    const rank = this.#partials.rank(target);
    return {
      n: rows.length,
      rho: correlation(x, y, "spearman"),
      partialRho,
      rank,
      vif,
      collinear: this.#collinearOf(target, rows),
      singletons: this.#singletonsAmong(rows),
      reason: partialRho === null ? whyUndefined({ n: rows.length, rank, vif, x, y }) : null,
    };
  }

  /** Places, among the rows of the design, that have the benchmark and every covariate. */
  #rowsOf(column: number): readonly number[] {
    const { rows, given } = this.#adjusted;
    const { slice } = this.#fit;
    const cells = slice.columns[column] as Float64Array;
    return [...rows.keys()].filter((k) => {
      const model = slice.models[rows[k] as number] as Model;
      return (
        !Number.isNaN(cells[rows[k] as number]) && given.every((name) => covariateOf(name, model) !== null)
      );
    });
  }

  /** The same for every benchmark that the same models have. */
  #collinearOf(target: number, rows: readonly number[]): Collinearity[] {
    const { design, given } = this.#adjusted;
    const pattern = design.targets.pattern[target] as number;
    const known = this.#collinear.get(pattern);
    if (known !== undefined) return known;
    const each = [...this.#alone].map(([covariate, partials]) => ({
      covariate,
      rho: this.#rhoWith(covariate, rows),
      vif: partials.varianceInflation(target),
    }));
    const all = { covariate: "all" as const, rho: null, vif: this.#partials.varianceInflation(target) };
    const found = [...each, ...(given.length > 1 ? [all] : [])]
      .filter(isCollinear)
      .map((one) => ({ ...one, vif: orNull(one.vif) }));
    this.#collinear.set(pattern, found);
    return found;
  }

  #rhoWith(covariate: Covariate, rows: readonly number[]): number | null {
    if (isGrouping(covariate)) return null;
    const { design, rows: all } = this.#adjusted;
    const models = rows.map((k) => this.#fit.slice.models[all[k] as number] as Model);
    return correlation(
      Float64Array.from(rows, (k) => design.score.values[k] as number),
      Float64Array.from(models, (model) => covariateOf(covariate, model) as number),
      "spearman",
    );
  }

  #singletonsAmong(rows: readonly number[]): number {
    const { given, rows: all } = this.#adjusted;
    return given.filter(isGrouping).reduce((sum, covariate) => {
      const sizes = new Map<unknown, number>();
      for (const k of rows) {
        const name = covariateOf(covariate, this.#fit.slice.models[all[k] as number] as Model);
        sizes.set(name, (sizes.get(name) ?? 0) + 1);
      }
      return sum + [...sizes.values()].filter((size) => size === 1).length;
    }, 0);
  }
}

const NOTHING: Partial = {
  n: 0,
  rho: null,
  partialRho: null,
  rank: null,
  vif: null,
  collinear: [],
  singletons: 0,
  reason: null,
};

/** Variance inflation is infinite where the score is explained, and NaN where it does not vary. */
function isCollinear({ rho, vif }: { readonly rho: number | null; readonly vif: number }): boolean {
  return vif > MOST_INFLATION || Math.abs(rho ?? 0) > MOST_RHO;
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function whyUndefined({
  n,
  rank,
  vif,
  x,
  y,
}: {
  n: number;
  rank: number;
  vif: number | null;
  x: Float64Array;
  y: Float64Array;
}): string {
  if (n - 3 - rank < 1) return "tooFewModels";
  if (isConstant(y)) return "constant";
  if (isConstant(x)) return "constantScore";
  return vif === null ? "scoreExplained" : "benchmarkExplained";
}

/** How the score goes with one covariate, over all models that have both. */
export function covariateRow(fit: Fit, { design, rows, alone }: AdjustedDesign, covariate: Covariate) {
  const { values } = design.score;
  const of = rows.map((i) => covariateOf(covariate, fit.slice.models[i] as Model));
  const has = [...rows.keys()].filter((k) => of[k] !== null);
  const x = Float64Array.from(has, (k) => values[k] as number);
  const rho = isGrouping(covariate)
    ? null
    : correlation(
        x,
        Float64Array.from(has, (k) => of[k] as number),
        "spearman",
      );
  const present = values.map((value, k) => (of[k] === null ? Number.NaN : value));
  const vif = onceThrough(
    new PartialCorrelations(alone(covariate), sortedColumns([present], rows.length)),
    values,
  ).varianceInflation(0);
  return { covariate, n: has.length, rho, vif: orNull(vif), isCollinear: isCollinear({ rho, vif }) };
}

/** Of the sample that has every row once. */
function onceThrough(partials: PartialCorrelations, score: Float64Array): PartialCorrelations {
  const once = { counts: new Float64Array(score.length).fill(1), size: score.length };
  const ranked = new RankedScore(ascendingOrder(score));
  ranked.rank(score, once);
  partials.take(once, ranked);
  return partials;
}
