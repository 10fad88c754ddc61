import { type Line, leastSquaresLine, predictionError } from "./least-squares-line.js";
import { standardDeviation } from "./standard-deviation.js";
import { tQuantile } from "./t.js";

/** Fewer models of other families than this say too little: then all other models are trained on. */
export const LEAST_TRAINING = 8;

export type Training = "otherFamilies" | "leaveOneModelOut";

/** A model's safety beside what its capability predicts, in standard deviations of the models trained on. */
export interface CrossFitted {
  readonly reason: null;
  readonly training: Training;
  /** Models trained on. */
  readonly n: number;
  readonly observed: number;
  readonly expected: number;
  readonly residual: number;
  /** Of a new model at this capability; `null` where the line is exact. */
  readonly standardError: number | null;
  /** residual ± reach is the prediction interval. */
  readonly reach: number | null;
  /** The model's capability lies outside those trained on. */
  readonly extrapolated: boolean;
}
export type NotFitted = {
  readonly reason: "noCapabilitiesScore" | "noBenchmarkScore" | "tooFewModels" | "constant";
};

export interface CrossFitDesign {
  /** One value a model, NaN where it has none. */
  readonly capability: Float64Array;
  readonly safety: Float64Array;
  /** One family number a model. */
  readonly families: readonly number[];
}

/**
 * For each model the residual of its safety from the line of safety on capability through the models of other families,
 * with a prediction interval: r ± t(n_T − 2)·s_e√(1 + 1/n_T + (s − s̄)²/S_ss). Safety is z-scored (ddof 0) on the models trained on.
 *
 * Source: METHODS §10.
 * @param level coverage of the interval, a fraction.
 */
export function crossFittedResiduals(design: CrossFitDesign, level: number): (CrossFitted | NotFitted)[] {
  const { capability, safety, families } = design;
  const complete = [...capability.keys()].filter(
    (i) => !Number.isNaN(capability[i]) && !Number.isNaN(safety[i]),
  );
  const trained = new TrainedOnce(complete, families, (rows) => {
    const scale = scaleOf(rows, safety);
    const line = scale === null ? null : lineThrough(rows, capability, safety, scale);
    return line === null || scale === null ? null : { line, scale };
  });
  return [...capability.keys()].map((i) => {
    if (Number.isNaN(capability[i])) return { reason: "noCapabilitiesScore" };
    if (Number.isNaN(safety[i])) return { reason: "noBenchmarkScore" };
    const { rows, training, found } = trained.for(i);
    if (rows.length < 3) return { reason: "tooFewModels" };
    if (found === null) return { reason: "constant" };
    const observed = found.scale(safety[i] as number);
    return { training, ...predicted(found.line, capability[i] as number, observed, level) };
  });
}

interface Trained<Found> {
  readonly rows: readonly number[];
  readonly training: Training;
  readonly found: Found;
}

/** What is found on the models that one is trained on: once a family, whose models share them. */
export class TrainedOnce<Found> {
  readonly #complete: readonly number[];
  readonly #families: readonly number[];
  readonly #find: (rows: readonly number[]) => Found;
  readonly #known = new Map<number, Trained<Found>>();

  constructor(
    complete: readonly number[],
    families: readonly number[],
    find: (rows: readonly number[]) => Found,
  ) {
    this.#complete = complete;
    this.#families = families;
    this.#find = find;
  }

  for(model: number): Trained<Found> {
    const family = this.#families[model] as number;
    const known = this.#known.get(family);
    if (known !== undefined) return known;
    const { rows, training } = trainingRows(this.#complete, this.#families, model);
    const trained = { rows, training, found: this.#find(rows) };
    if (training === "otherFamilies") this.#known.set(family, trained);
    return trained;
  }
}

/** Models of other families where there are enough, else all others. */
function trainingRows(
  complete: readonly number[],
  families: readonly number[],
  model: number,
): { rows: number[]; training: Training } {
  const others = complete.filter((k) => families[k] !== families[model]);
  return others.length >= LEAST_TRAINING
    ? { rows: others, training: "otherFamilies" }
    : { rows: complete.filter((k) => k !== model), training: "leaveOneModelOut" };
}

/** z-scoring on the given rows, for any value; `null` where they do not vary. */
function scaleOf(rows: readonly number[], values: Float64Array): ((value: number) => number) | null {
  const cells = rows.map((i) => values[i] as number);
  const origin = cells[0] as number;
  const mean = cells.reduce((sum, value) => sum + (value - origin) / cells.length, 0);
  const sd = standardDeviation(cells, 0);
  return sd > 0 && Number.isFinite(sd) ? (value) => (value - origin - mean) / sd : null;
}

function lineThrough(
  rows: readonly number[],
  x: Float64Array,
  y: Float64Array,
  scale: (value: number) => number,
): Line | null {
  const ys = Float64Array.from(rows, (i) => scale(y[i] as number));
  return ys.every(Number.isFinite)
    ? leastSquaresLine(
        Float64Array.from(rows, (i) => x[i] as number),
        ys,
      )
    : null;
}

function predicted(line: Line, capability: number, observed: number, level: number) {
  const expected = line.intercept + line.slope * capability;
  const standardError = predictionError(line, capability);
  return {
    reason: null,
    n: line.n,
    observed,
    expected,
    residual: observed - expected,
    standardError,
    reach: standardError === null ? null : standardError * tQuantile((1 + level) / 2, line.n - 2),
    extrapolated: capability < line.lowX || capability > line.highX,
  } as const;
}
