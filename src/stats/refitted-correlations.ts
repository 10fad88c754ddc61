import type { CorrelationMethod } from "./correlation.js";
import type { Basis } from "./principal-component.js";
import { ascendingOrder, RankedScore } from "./ranked-score.js";
import { emptyResample, type Resample } from "./resample.js";
import { RESAMPLED } from "./resampled-correlations.js";
import { ResampledScore, type ResampledScoreName } from "./resampled-score.js";
import { LANES, type ResampledCorrelations } from "./scored-resample.js";
import type { SortedColumns } from "./sorted-columns.js";

/** A score of the rows: made anew in each resample, or fixed values. */
export interface ScoreSource {
  readonly name: ResampledScoreName | null;
  /** The scores on all rows: what a fixed score is, and the order that a refitted one is expected to have. */
  readonly values: Float64Array;
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

interface Route {
  readonly name: ResampledScoreName | null;
  readonly fixed: Float64Array;
  readonly ranked: RankedScore;
  readonly correlations: ResampledCorrelations;
}

/**
 * Refits every score in resample after resample and correlates it with every target: the whole of bootstrap and
 * jackknife but for which rows are in a resample. NaN where a correlation is undefined.
 */
export class RefittedCorrelations {
  readonly #fit: ResampledScore;
  readonly #original: Float64Array;
  readonly #routes: readonly Route[];
  readonly #resamples: readonly Resample[];

  constructor({ capabilities, basis, weights, scores, targets, correlation }: RefitDesign) {
    this.#original = weights;
    this.#fit = new ResampledScore(capabilities, basis, weights);
    this.#resamples = Array.from({ length: LANES }, () => emptyResample(targets.rows));
    this.#routes = scores.map(({ name, values }) => ({
      name,
      fixed: values,
      ranked: new RankedScore(ascendingOrder(values)),
      correlations: RESAMPLED[correlation](targets),
    }));
  }

  /** Resamples from … to − 1, each filled by `draw`. */
  run(draw: (b: number, into: Resample) => void, from: number, to: number, out: RefitOutput): void {
    for (let at = from; at < to; at += LANES) {
      const lanes = Math.min(LANES, to - at);
      for (let lane = 0; lane < lanes; lane++) {
        const resample = this.#resamples[lane] as Resample;
        draw(at + lane, resample);
        this.#take(lane, resample, at + lane, out);
      }
      this.#routes.forEach(({ correlations }, s) => {
        correlations.write(lanes, out.rho[s] as Float64Array, at, out.stride);
      });
    }
  }

  #take(lane: number, resample: Resample, b: number, { congruence }: RefitOutput): void {
    for (const { name, fixed, ranked, correlations } of this.#routes) {
      const defined = name === null || this.#fit[name](resample);
      const scores = name === null ? fixed : this.#fit.scores;
      if (!defined) scores.fill(0);
      ranked.rank(scores, resample);
      correlations.take(lane, { resample, scores, ranked });
      if (name === "pc1" && congruence !== null) congruence[b] = defined ? this.#congruence() : Number.NaN;
    }
  }

  #congruence(): number {
    const { weights } = this.#fit;
    let sum = 0;
    for (let j = 0; j < weights.length; j++) sum += (weights[j] as number) * (this.#original[j] as number);
    return Math.min(1, Math.abs(sum));
  }
}
