import type { Covariates } from "./adjustment.js";
import { type Arena, withArena } from "./kernel/arena.js";
import { PartialCorrelations } from "./partial-correlations.js";
import type { Basis } from "./principal-component.js";
import { RankedScore } from "./ranked-score.js";
import type { ScoreSource, Stretch } from "./refitted-correlations.js";
import { emptyResample, type Resample } from "./resample.js";
import { ResampledScore } from "./resampled-score.js";
import { LANES } from "./scored-resample.js";
import type { SortedColumns } from "./sorted-columns.js";

/** What every resample of n rows goes through. */
export interface PartialDesign {
  readonly capabilities: SortedColumns;
  readonly basis: Basis;
  /** First weights of the fit on all rows; empty where the score is not refitted. */
  readonly weights: Float64Array;
  readonly score: ScoreSource;
  readonly covariates: Covariates;
  /** Missing where the target or any covariate is. */
  readonly targets: SortedColumns;
}

/** Column c's value of resample b goes to rho[c × stride + b], NaN where undefined. */
export interface PartialOutput {
  readonly rho: Float64Array;
  readonly stride: number;
}

/** Refits the score in resample after resample and takes its partial correlation with every target. */
export function refittedPartials(design: PartialDesign, stretch: Stretch, out: PartialOutput): void {
  withArena(ResampledScore.bytes(design.capabilities), (arena) => {
    new RefittedPartials(design, arena).run(stretch, out);
  });
}

class RefittedPartials {
  readonly #design: PartialDesign;
  readonly #fit: ResampledScore;
  readonly #ranked: RankedScore;
  readonly #partials: PartialCorrelations;
  readonly #resamples: readonly Resample[];
  /** n: the refitted score of one lane. */
  readonly #scores: Float64Array;

  constructor(design: PartialDesign, arena: Arena) {
    const { capabilities, basis, weights, score, covariates, targets } = design;
    this.#design = design;
    this.#fit = new ResampledScore(capabilities, basis, weights, arena);
    this.#ranked = new RankedScore(score.order);
    this.#partials = new PartialCorrelations(covariates, targets);
    this.#resamples = Array.from({ length: LANES }, () => emptyResample(targets.rows));
    this.#scores = new Float64Array(targets.rows);
  }

  run({ from, to, draw }: Stretch, out: PartialOutput): void {
    const { name } = this.#design.score;
    for (let at = from; at < to; at += LANES) {
      this.#resamples.forEach((resample, lane) => {
        // Lanes beyond the last resample repeat it.
        draw(Math.min(at + lane, to - 1), resample);
        this.#fit.take(lane, resample);
      });
      if (name !== null) this.#fit[name]();
      for (let lane = 0; lane < Math.min(LANES, to - at); lane++) this.#write(lane, at + lane, out);
    }
  }

  #write(lane: number, b: number, { rho, stride }: PartialOutput): void {
    const { score, targets } = this.#design;
    const defined = score.name === null || this.#fit.isDefined(lane);
    if (defined) {
      if (score.name !== null) this.#fit.scores(lane, this.#scores);
      const resample = this.#resamples[lane] as Resample;
      this.#ranked.rank(score.name === null ? score.values : this.#scores, resample);
      this.#partials.take(resample, this.#ranked);
    }
    for (let c = 0; c < targets.columns; c++) {
      rho[c * stride + b] = defined ? this.#partials.of(c) : Number.NaN;
    }
  }
}
