import { RandomStream } from "../stats/philox.js";
import { type RefitDesign, refittedCorrelations, scoreSource } from "../stats/refitted-correlations.js";
import type { Resample } from "../stats/resample.js";
import { sharedFloat64, sharedInt32 } from "../stats/shared-array.js";
import { sortedColumns } from "../stats/sorted-columns.js";
import type { Fit } from "./fit.js";
import type { Plan } from "./question.js";
import { type ScenarioOptions, scenarioOf } from "./scenario.js";
import { bothScores, taxed } from "./treated.js";

/** Orders that `random` averages over. */
export const RANDOM_ORDERS = 1_000;
/** Rows × columns × steps × orders that one answer may go through: some seconds of one core. */
const MOST_CELLS = 1e9;
const LEAST_STEPS = 10;
const LEAST_ORDERS = 20;
const PART_CELLS = 4e6;
/** What ranking scores costs, in columns. */
const RANKING = 12;
const LEAST_ROWS = 3;

/**
 * Every model stands twice in the design, as it is and as treated; a step of a path is a choice between the two for each
 * (`replace`), or all originals and some treated copies (`add`).
 */
export interface WhatIfPlan extends Plan {
  readonly design: RefitDesign;
  readonly adds: boolean;
  /** Null where orders are given. */
  readonly seed: number | null;
  /** Places in `design` of the models that may be treated, first first. */
  readonly order: Int32Array;
  /** How many are treated at each step. */
  readonly steps: Int32Array;
  readonly paths: number;
  /** Steps of paths in a part, counted through all paths. */
  readonly share: number;
  /** Paths × steps; NaN where undefined. */
  readonly rho: Float64Array;
}

/** `null` where there is no score, where fewer than three models can be correlated, or where a tax has no floor. @throws {DomainError} as `scenarioOf`. */
export function planWhatIf(fitted: Fit, options: ScenarioOptions): WhatIfPlan | null {
  const { column, rows, most, target } = scenarioOf(fitted, options);
  const treated = taxed(fitted, options.tax);
  if (fitted.component === null || rows.length < LEAST_ROWS || "unknown" in treated) return null;
  const scores = bothScores(fitted, treated);
  if (scores.some((score) => !Number.isFinite(score))) return null;
  const adds = options.mode === "add";
  const n = fitted.rows.length;
  const width = RANKING + (adds ? fitted.capabilities.length ** 2 / 2 : 0);
  const affordable = Math.floor(MOST_CELLS / (2 * n * width));
  const paths = options.order === "random" ? ordersWithin(affordable) : 1;
  const steps = stepsTo(most, Math.floor(affordable / paths));
  const share = 4 * Math.max(1, Math.floor(PART_CELLS / (8 * n * width)));
  return {
    parts: Math.ceil((paths * steps.length) / share),
    design: designOf(fitted, { adds, column, target, scores, columns: treated.columns, options }),
    adds,
    seed: options.order === "random" ? options.seed : null,
    order: sharedInts(rows.slice(0, most).map((row) => fitted.rows.indexOf(row))),
    steps,
    share,
    paths,
    rho: sharedFloat64(paths * steps.length),
  };
}

/** A stretch of steps, counted through all paths; each random order has random numbers of its own. */
export function workWhatIf(plan: WhatIfPlan, part: number): void {
  const { design, steps, share, paths, rho, adds } = plan;
  const orders = new Orders(plan);
  const draw = (b: number, into: Resample) =>
    treat(into, orders.at(Math.floor(b / steps.length)).subarray(0, steps[b % steps.length]), adds);
  const to = Math.min(paths * steps.length, (part + 1) * share);
  const out = { rho: [rho], congruence: null, stride: rho.length };
  refittedCorrelations(design, { from: part * share, to, draw }, out);
}

/** The given order for every path, or a random one for each. */
class Orders {
  readonly #given: Int32Array;
  readonly #order: Int32Array;
  readonly #shuffled: Int32Array;
  readonly #stream: RandomStream | null;
  #path = -1;

  constructor({ order, seed }: WhatIfPlan) {
    this.#given = order;
    this.#order = order.slice();
    this.#shuffled = new Int32Array(order.length);
    this.#stream = seed === null ? null : new RandomStream(seed, "treatmentOrder");
  }

  at(path: number): Int32Array {
    if (this.#stream === null || path === this.#path) return this.#order;
    this.#path = path;
    this.#stream.at(path).shuffle(this.#shuffled);
    this.#shuffled.forEach((from, k) => {
      this.#order[k] = this.#given[from] as number;
    });
    return this.#order;
  }
}

function treat(into: Resample, chosen: Int32Array, adds: boolean): void {
  const n = into.counts.length / 2;
  into.counts.fill(1, 0, n).fill(0, n);
  for (const i of chosen) {
    if (!adds) into.counts[i] = 0;
    into.counts[n + i] = 1;
  }
  into.size = adds ? n + chosen.length : n;
}

interface Twice {
  readonly adds: boolean;
  readonly column: number;
  readonly target: number;
  readonly scores: Float64Array;
  readonly columns: readonly Float64Array[];
  readonly options: ScenarioOptions;
}

function designOf(fitted: Fit, { adds, column, target, scores, columns, options }: Twice): RefitDesign {
  const { slice, rows, capabilities, used, component } = fitted;
  const n = rows.length;
  const cells = slice.columns[column] as Float64Array;
  const twice = capabilities.map((j, k) => {
    const original = slice.columns[j] as Float64Array;
    return Float64Array.from([...rows.map((i) => original[i] as number), ...(columns[k] as Float64Array)]);
  });
  const safety = Float64Array.from([...rows.map((i) => cells[i] as number), ...rows.map(() => target)]);
  const weightOf = new Map(used.map((j, k) => [j, component?.weights[k] as number]));
  return {
    capabilities: sortedColumns(adds ? twice : [], 2 * n),
    basis: fitted.basis,
    weights: sharedFloats(adds ? capabilities.map((j) => weightOf.get(j) ?? 0) : []),
    scores: [scoreSource(adds ? "pc1" : null, sharedFloats([...scores]))],
    targets: sortedColumns([safety], 2 * n),
    correlation: options.correlation,
  };
}

/** Where even few steps of 1 000 orders are too many, fewer orders. */
function ordersWithin(affordable: number): number {
  return Math.min(RANDOM_ORDERS, Math.max(LEAST_ORDERS, Math.floor(affordable / LEAST_STEPS)));
}

/** 0 … most; where these are more than can be afforded, evenly thinned with both ends kept. */
function stepsTo(most: number, affordable: number): Int32Array {
  const count = Math.min(most, Math.max(LEAST_STEPS, affordable));
  return sharedInts(
    Array.from({ length: count + 1 }, (_, s) => (count === 0 ? 0 : Math.round((s * most) / count))),
  );
}

function sharedInts(values: readonly number[]): Int32Array {
  const copy = sharedInt32(values.length);
  copy.set(values);
  return copy;
}

function sharedFloats(values: readonly number[]): Float64Array {
  const copy = sharedFloat64(values.length);
  copy.set(values);
  return copy;
}
