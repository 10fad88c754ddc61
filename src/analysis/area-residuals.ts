import {
  type CrossFitted,
  crossFittedResiduals,
  LEAST_TRAINING,
  type NotFitted,
  TrainedOnce,
} from "../stats/cross-fitted-residuals.js";
import { type Line, leastSquaresLine, predictionError } from "../stats/least-squares-line.js";
import { zScores } from "../stats/sample.js";
import { tQuantile } from "../stats/t.js";

export interface AreaDesign {
  readonly capability: Float64Array;
  /** One column a benchmark, each of one value a model. */
  readonly columns: readonly Float64Array[];
  readonly families: readonly number[];
  readonly level: number;
}

/** A model of an area: means over its benchmarks. */
export interface AreaResidual {
  readonly reason: null;
  /** Benchmarks that the model has a residual on. */
  readonly benchmarks: number;
  readonly leastTrainedOn: number;
  readonly training: CrossFitted["training"];
  readonly observed: number;
  readonly expected: number;
  /** Mean of the z-scored residuals. */
  readonly residual: number;
  readonly reach: number | null;
  readonly extrapolated: boolean;
}
export type NoAreaResidual = { readonly reason: NotFitted["reason"] | "tooFewBenchmarks" };

/**
 * For each model the mean of its z-scored residuals over the benchmarks that it has, at least half of the area's. A
 * benchmark's residuals are z-scored over the models that have one, so that each benchmark weighs alike.
 *
 * Source: METHODS §10; the prediction interval is that of the same combination of benchmarks (docs/questions/differential-safety.md).
 */
export function areaResiduals(design: AreaDesign): (AreaResidual | NoAreaResidual)[] {
  const { capability, columns, families, level } = design;
  const fits = columns.map((safety) => crossFittedResiduals({ capability, safety, families }, level));
  const spreads = fits.map(spreadOf);
  const reaches = new Reaches(design);
  return [...capability.keys()].map((i) => {
    if (Number.isNaN(capability[i])) return { reason: "noCapabilitiesScore" };
    const taken = [...fits.keys()].filter((j) => spreads[j] !== null && fits[j]?.[i]?.reason === null);
    if (taken.length === 0 && fits.length > 0) return { reason: onlyReason(fits, i) };
    if (taken.length * 2 < columns.length) return { reason: "tooFewBenchmarks" };
    const found = taken.map((j) => fits[j]?.[i] as CrossFitted);
    const mean = (of: (fit: CrossFitted, k: number) => number) =>
      found.reduce((sum, fit, k) => sum + of(fit, k), 0) / found.length;
    const spreadAt = (k: number) => spreads[taken[k] as number] as Spread;
    return {
      reason: null,
      benchmarks: found.length,
      leastTrainedOn: Math.min(...found.map(({ n }) => n)),
      training: found.some(({ training }) => training === "leaveOneModelOut")
        ? "leaveOneModelOut"
        : "otherFamilies",
      observed: mean(({ observed }) => observed),
      expected: mean(({ expected }) => expected),
      residual: mean(({ residual }, k) => (residual - spreadAt(k).mean) / spreadAt(k).sd),
      reach: reaches.of(i, new Map(taken.map((j, k) => [j, 1 / (taken.length * spreadAt(k).sd)]))),
      extrapolated: found.some(({ extrapolated }) => extrapolated),
    };
  });
}

function onlyReason(
  fits: readonly (readonly (CrossFitted | NotFitted)[])[],
  i: number,
): NoAreaResidual["reason"] {
  const reasons = new Set(fits.map((fit) => fit[i]?.reason ?? "constant"));
  return reasons.size === 1 ? ([...reasons][0] as NotFitted["reason"]) : "tooFewBenchmarks";
}

interface Spread {
  readonly mean: number;
  readonly sd: number;
}

/** Mean and standard deviation (ddof 0) of a benchmark's residuals; `null` where they do not vary. */
function spreadOf(fits: readonly (CrossFitted | NotFitted)[]): Spread | null {
  const residuals = fits.flatMap((fit) => (fit.reason === null ? [fit.residual] : []));
  const mean = residuals.reduce((sum, value) => sum + value, 0) / residuals.length;
  const sd = Math.sqrt(residuals.reduce((sum, value) => sum + (value - mean) ** 2, 0) / residuals.length);
  return residuals.length > 1 && sd > 1e-12 ? { mean, sd } : null;
}

/**
 * How far the prediction interval of the weighted sum of benchmarks reaches: a line through the same sum of the
 * models that have all of them. Residuals of a line are linear in what it is fitted to, so that without
 * missing scores the residual of the sum is the sum of the residuals. Models with the same benchmarks share it.
 */
class Reaches {
  readonly #design: AreaDesign;
  readonly #known = new Map<string, TrainedOnce<Line | null>>();

  constructor(design: AreaDesign) {
    this.#design = design;
  }

  /** @param weights one for each of the benchmarks that the model has, by number. */
  of(model: number, weights: ReadonlyMap<number, number>): number | null {
    const { capability, level } = this.#design;
    const key = [...weights.keys()].join();
    const trained = this.#known.get(key) ?? this.#trained(weights);
    this.#known.set(key, trained);
    const { rows, found } = trained.for(model);
    if (rows.length < LEAST_TRAINING || found === null) return null;
    const error = predictionError(found, capability[model] as number);
    return error === null ? null : error * tQuantile((1 + level) / 2, rows.length - 2);
  }

  #trained(weights: ReadonlyMap<number, number>): TrainedOnce<Line | null> {
    const { capability, columns, families } = this.#design;
    const terms = [...weights].map(([j, weight]) => ({ column: columns[j] as Float64Array, weight }));
    const complete = [...capability.keys()].filter(
      (i) => !Number.isNaN(capability[i]) && terms.every(({ column }) => !Number.isNaN(column[i])),
    );
    return new TrainedOnce(complete, families, (rows) => {
      const sum = new Float64Array(rows.length);
      for (const { column, weight } of terms) {
        const z = zScores(rows.map((i) => column[i] as number));
        if (z === null) return null;
        for (let k = 0; k < sum.length; k++) sum[k] = (sum[k] as number) + weight * (z[k] as number);
      }
      return leastSquaresLine(
        rows.map((i) => capability[i] as number),
        sum,
      );
    });
  }
}
