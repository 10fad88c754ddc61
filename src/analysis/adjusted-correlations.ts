import { percentileInterval } from "../stats/bootstrap-intervals.js";
import { partialInterval, partialP } from "../stats/partial-inference.js";
import type { AdjustedDesign } from "./adjusted-design.js";
import type { AdjustedRow } from "./adjusted-row.js";
import { AdjustedSample, type Partial } from "./adjusted-sample.js";
import { type ConfoundingPlan, partialReplicates } from "./confounding-plan.js";
import { correlatePairs } from "./correlate.js";
import { benchmarkFields } from "./correlation-row.js";
import type { Fit } from "./fit.js";
import { enough, usable } from "./inference.js";
import { scoring } from "./measure.js";
import type { ComputeOptions } from "./options.js";
import { Pairing } from "./pairs.js";

interface Scope {
  readonly fit: Fit;
  readonly adjusted: AdjustedDesign | null;
  readonly plan: ConfoundingPlan | null;
}

/** One row a benchmark: its correlation with the score, as it is and given the covariates. `q` is left open. */
export function adjustedCorrelations({ fit, adjusted, plan }: Scope, options: ComputeOptions): AdjustedRow[] {
  const score = scoring(fit, options.measure);
  const pairing = new Pairing(score.values);
  const partials = adjusted === null ? null : new AdjustedSample(fit, adjusted);
  const replicates = partialReplicates(plan);
  return fit.slice.benchmarks.map((benchmark, j) => {
    const isPart = fit.capabilities.includes(j);
    const all = correlatePairs(pairing.with(fit.slice.columns[j] as Float64Array), score.reason, "spearman");
    const found = partials?.of(j) ?? null;
    return {
      ...benchmarkFields(benchmark, isPart),
      n: found?.n ?? 0,
      rho: found?.rho ?? null,
      rhoAll: all.rho,
      nAll: all.n,
      partialRho: found?.partialRho ?? null,
      covariateRank: found?.rank ?? null,
      ...inferred(found, replicates(j), isPart, options),
      q: null,
      collinear: found?.collinear ?? [],
      vif: found?.vif ?? null,
      singletons: found?.singletons ?? 0,
      ...(found?.partialRho == null ? { reason: all.reason ?? found?.reason ?? "tooFewModels" } : {}),
    };
  });
}

function inferred(
  found: Partial | null,
  all: Float64Array | null,
  isPart: boolean,
  { level, resampleBy, resamples }: ComputeOptions,
): Pick<AdjustedRow, "interval" | "intervals" | "usableResamples" | "p" | "reason"> {
  const { partialRho: r, n, rank } = found ?? { partialRho: null, n: 0, rank: null };
  if (r === null || rank === null) {
    const none = { closedForm: null, percentile: null };
    return { interval: null, intervals: none, usableResamples: null, p: null, reason: null };
  }
  const named = <T extends object>(bounds: T | null, method: string) =>
    bounds === null ? null : { ...bounds, level, method };
  const closedForm = named(partialInterval(r, n, rank, level), "bonettWright");
  const replicates = all === null ? null : usable(all);
  const resampled = all !== null && replicates !== null && enough(replicates, all);
  const percentile = resampled ? percentileInterval(replicates, level) : null;
  const method = resampleBy === "families" ? "clusterPercentile" : "percentile";
  const p = isPart ? null : partialP(r, n, rank);
  const whyNull = resamples === 0 ? "noResamples" : resampled ? null : "tooFewUsableResamples";
  return {
    interval: closedForm,
    intervals: { closedForm, percentile: named(percentile, method) },
    usableResamples: replicates?.length ?? null,
    p,
    reason: whyNull ?? (closedForm === null ? "perfectCorrelation" : isPart ? "partOfScore" : null),
  };
}
