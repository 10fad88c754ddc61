import { type CorrelationMethod, correlation } from "../stats/correlation.js";
import { isConstant } from "../stats/sample.js";
import type { Scoring } from "./measure.js";

/** A coefficient over the models that have both, or why there is none. Never 0 for "undefined". */
export interface Correlated {
  readonly n: number;
  readonly rho: number | null;
  readonly reason: string | null;
}

/** The correlation of a capability measure with a benchmark over the models that have both (METHODS §4). */
export function correlate(score: Scoring, target: Float64Array, method: CorrelationMethod): Correlated {
  const { x, y } = pairsOf(score, target);
  const rho = correlation(x, y, method);
  return { n: x.length, rho, reason: rho === null ? whyUndefined(score, x, y) : null };
}

/** Score and benchmark of the models that have both. */
export function pairsOf(score: Scoring, target: Float64Array): { x: Float64Array; y: Float64Array } {
  const both = [...target.keys()].filter((i) => !Number.isNaN(score.values[i]) && !Number.isNaN(target[i]));
  return {
    x: Float64Array.from(both, (i) => score.values[i] as number),
    y: Float64Array.from(both, (i) => target[i] as number),
  };
}

function whyUndefined(score: Scoring, x: Float64Array, y: Float64Array): string {
  if (score.reason !== null) return score.reason;
  if (y.length === 0) return "noScores";
  if (y.length < 3) return "tooFewModels";
  if (isConstant(y)) return "constant";
  return isConstant(x) ? "constantScore" : "undefined";
}
