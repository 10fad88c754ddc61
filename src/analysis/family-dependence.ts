import type { Warning } from "../matrix/warning.js";
import { intraclassCorrelation } from "../stats/intraclass-correlation.js";
import { isConstant } from "../stats/sample.js";
import { familyNumbers } from "./families.js";
import type { Fit } from "./fit.js";
import type { Scoring } from "./measure.js";
import { Pairing, type Pairs } from "./pairs.js";

/** Above this on both sides, models of one family repeat each other, and p and intervals are too sure. */
const MARKED = 0.1;
const LEAST_MODELS = 3;

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
  /** One a model of the slice. */
  readonly #family: readonly number[];

  constructor(fitted: Fit, scored: Scoring) {
    this.#fitted = fitted;
    this.#scored = scored;
    this.#family = familyNumbers(fitted.slice.models);
    const { x, rankX } = new Pairing(scored.values).with(scored.values);
    const groups = this.#groups(scored.values);
    this.families = new Set(groups).size;
    this.score = x.length < LEAST_MODELS ? null : intraclassCorrelation(rankX, groups);
  }

  /** Of a benchmark, over the models that have it. */
  residual({ n, x, y, rankX, rankY }: Pairs, column: number): number | null {
    if (n < LEAST_MODELS || isConstant(x) || isConstant(y)) return null;
    const groups = this.#groups(this.#fitted.slice.columns[column] as Float64Array);
    return intraclassCorrelation(residuals(rankY, rankX), groups);
  }

  isMarked(residual: number | null): boolean {
    return this.score !== null && this.score > MARKED && residual !== null && residual > MARKED;
  }

  /** Families of the models that have both the score and these values. */
  #groups(values: Float64Array): number[] {
    const { values: score } = this.#scored;
    return this.#family.filter((_, i) => !Number.isNaN(values[i]) && !Number.isNaN(score[i]));
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
