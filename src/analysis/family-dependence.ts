import type { Model } from "../matrix/score-matrix.js";
import type { Warning } from "../matrix/warning.js";
import { intraclassCorrelation } from "../stats/intraclass-correlation.js";
import { midranks } from "../stats/ranks.js";
import { isConstant } from "../stats/sample.js";
import { familyNumbers } from "./families.js";
import type { Fit } from "./fit.js";
import type { Scoring } from "./measure.js";

/** Above this on both sides, models of one family repeat each other, and p and intervals are too sure. */
const MARKED = 0.1;

/**
 * How alike models of one family are: ICC(1) of the ranks of their scores, and of what is left of a benchmark's ranks
 * when the score's are taken out. A model that declares no family is one of its own.
 */
export class FamilyDependence {
  /** Of the score; `null` where no two models share a family. */
  readonly score: number | null;
  readonly families: number;
  readonly #fitted: Fit;
  readonly #scored: Scoring;

  constructor(fitted: Fit, scored: Scoring) {
    this.#fitted = fitted;
    this.#scored = scored;
    const rows = this.#rowsWith(scored.values);
    this.families = new Set(this.#numbers(rows)).size;
    this.score =
      rows.length < 3
        ? null
        : intraclassCorrelation(midranks(this.#at(scored.values, rows)), this.#numbers(rows));
  }

  /** Of a benchmark, over the models that have it. */
  residual(column: number): number | null {
    const target = this.#fitted.slice.columns[column] as Float64Array;
    const rows = this.#rowsWith(target);
    const [x, y] = [this.#at(this.#scored.values, rows), this.#at(target, rows)];
    if (rows.length < 3 || isConstant(x) || isConstant(y)) return null;
    return intraclassCorrelation(residuals(midranks(y), midranks(x)), this.#numbers(rows));
  }

  isMarked(residual: number | null): boolean {
    return this.score !== null && this.score > MARKED && residual !== null && residual > MARKED;
  }

  #rowsWith(values: Float64Array): number[] {
    return this.#fitted.slice.models.flatMap((_, i) =>
      !Number.isNaN(values[i]) && !Number.isNaN(this.#scored.values[i]) ? [i] : [],
    );
  }

  #at(values: Float64Array, rows: readonly number[]): Float64Array {
    return Float64Array.from(rows, (i) => values[i] as number);
  }

  #numbers(rows: readonly number[]): number[] {
    return familyNumbers(rows.map((i) => this.#fitted.slice.models[i] as Model));
  }
}

function residuals(y: Float64Array, x: Float64Array): Float64Array {
  const middle = (x.length + 1) / 2;
  let xy = 0;
  let xx = 0;
  for (let i = 0; i < x.length; i++) {
    xy += ((x[i] as number) - middle) * ((y[i] as number) - middle);
    xx += ((x[i] as number) - middle) ** 2;
  }
  return y.map((rank, i) => rank - middle - (xy / xx) * ((x[i] as number) - middle));
}

/** Names the benchmarks whose p and interval are too sure. */
export function dependenceWarnings(marked: readonly string[], resampledFamilies: boolean): Warning[] {
  if (marked.length === 0 || resampledFamilies) return [];
  const message =
    "models of one family resemble each other in the score and in what it leaves of these benchmarks (both ICC > 0.1): p and intervals are optimistic; resampleBy=families draws whole families";
  return [{ code: "dependentModels", message, count: marked.length, names: marked.slice(0, 10) }];
}
