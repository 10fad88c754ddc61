import { type CorrelationMethod, correlation, correlationOfRanks } from "../stats/correlation.js";
import { isConstant } from "../stats/sample.js";
import type { Scoring } from "./measure.js";
import { Pairing, type Pairs } from "./pairs.js";

/** A coefficient over the models that have both, or why there is none. Never 0 for "undefined". */
export interface Correlated {
  readonly n: number;
  readonly rho: number | null;
  readonly reason: string | null;
}

/** The correlation of a capability measure with a benchmark over the models that have both (METHODS §4). */
export function correlate(score: Scoring, target: Float64Array, method: CorrelationMethod): Correlated {
  return correlatePairs(new Pairing(score.values).with(target), score.reason, method);
}

/** @param noScore why the score does not exist, where it does not. */
export function correlatePairs(pairs: Pairs, noScore: string | null, method: CorrelationMethod): Correlated {
  const rho =
    method === "spearman"
      ? correlationOfRanks(pairs.rankX, pairs.rankY)
      : correlation(pairs.x, pairs.y, method);
  return { n: pairs.n, rho, reason: rho === null ? (noScore ?? whyUndefined(pairs)) : null };
}

function whyUndefined({ n, x, y }: Pairs): string {
  if (n === 0) return "noScores";
  if (n < 3) return "tooFewModels";
  if (isConstant(y)) return "constant";
  return isConstant(x) ? "constantScore" : "undefined";
}
