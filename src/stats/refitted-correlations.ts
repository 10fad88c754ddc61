import type { CorrelationMethod } from "./correlation.js";
import { type Arena, withArena } from "./kernel/arena.js";
import type { Basis } from "./principal-component.js";
import { ascendingOrder, RankedScore } from "./ranked-score.js";
import { emptyResample, type Resample } from "./resample.js";
import { RESAMPLED } from "./resampled-correlations.js";
import { ResampledScore, type ResampledScoreName } from "./resampled-score.js";
import { LANES, type ResampledCorrelations } from "./scored-resample.js";
import { sharedInt32 } from "./shared-array.js";
import type { SortedColumns } from "./sorted-columns.js";

/** A score of the rows: made anew in each resample, or fixed values. */
export interface ScoreSource {
  readonly name: ResampledScoreName | null;
  /** The scores on all rows. */
  readonly values: Float64Array;
  /** All rows in ascending order of them: what a refitted score is expected to have. */
  readonly order: Int32Array;
}

/** What every resample of n rows goes through. */
export interface RefitDesign {
  readonly capabilities: SortedColumns;
  readonly basis: Basis;
  /** First weights of the fit on all rows; empty where no score needs them. */
  readonly weights: Float64Array;
  readonly scores: readonly ScoreSource[];
  readonly targets: SortedColumns;
  readonly correlation: CorrelationMethod;
}

/** Where correlations go: one array a score, column c's value of resample b at c × stride + b; and |v* · v| at b. */
export interface RefitOutput {
  readonly rho: readonly Float64Array[];
  readonly congruence: Float64Array | null;
  readonly stride: number;
}

/** Resamples from … to − 1, each filled by `draw`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  draw(b: number, into: Resample): void;
}

/**
 * Refits every score in resample after resample and correlates it with every target: the whole of bootstrap and
 * jackknife but for which rows are in a resample. NaN where a correlation is undefined.
 */
export function refittedCorrelations(design: RefitDesign, stretch: Stretch, out: RefitOutput): void {
  const { capabilities, scores, targets, correlation } = design;
  const bytes = ResampledScore.bytes(capabilities) + scores.length * RESAMPLED[correlation].bytes(targets);
  withArena(bytes, (arena) => new Refitting(design, arena).run(stretch, out));
}

interface Route {
  readonly name: ResampledScoreName | null;
  readonly fixed: Float64Array;
  readonly ranked: RankedScore;
  readonly correlations: ResampledCorrelations;
}

class Refitting {
  readonly #fit: ResampledScore;
  readonly #routes: readonly Route[];
  readonly #resamples: readonly Resample[];
  /** n: the refitted score of one lane. */
  readonly #scores: Float64Array;

  constructor({ capabilities, basis, weights, scores, targets, correlation }: RefitDesign, arena: Arena) {
    this.#fit = new ResampledScore(capabilities, basis, weights, arena);
    this.#resamples = Array.from({ length: LANES }, () => emptyResample(targets.rows));
    this.#scores = new Float64Array(targets.rows);
    this.#routes = scores.map(({ name, values, order }) => ({
      name,
      fixed: values,
      ranked: new RankedScore(order),
      correlations: RESAMPLED[correlation].begin(targets, arena),
    }));
  }

  run({ from, to, draw }: Stretch, out: RefitOutput): void {
    for (let at = from; at < to; at += LANES) {
      const lanes = Math.min(LANES, to - at);
      this.#resamples.forEach((resample, lane) => {
        // Lanes beyond the last resample repeat it.
        draw(Math.min(at + lane, to - 1), resample);
        this.#fit.take(lane, resample);
      });
      this.#routes.forEach((route, s) => {
        this.#take(route, at, lanes, out.congruence);
        route.correlations.write(lanes, out.rho[s] as Float64Array, at, out.stride);
      });
    }
  }

  #take(
    { name, fixed, ranked, correlations }: Route,
    at: number,
    lanes: number,
    congruence: Float64Array | null,
  ): void {
    if (name !== null) this.#fit[name]();
    for (let lane = 0; lane < lanes; lane++) {
      const resample = this.#resamples[lane] as Resample;
      const defined = name === null || this.#fit.isDefined(lane);
      if (!defined) this.#scores.fill(0);
      else if (name !== null) this.#fit.scores(lane, this.#scores);
      const scores = name === null ? fixed : this.#scores;
      ranked.rank(scores, resample);
      correlations.take(lane, { resample, scores, ranked });
      if (name === "pc1" && congruence !== null)
        congruence[at + lane] = defined ? this.#fit.congruence(lane) : Number.NaN;
    }
  }
}

/** @param values on all rows. */
export function scoreSource(name: ResampledScoreName | null, values: Float64Array): ScoreSource {
  const order = sharedInt32(values.length);
  order.set(ascendingOrder(values));
  return { name, values, order };
}
