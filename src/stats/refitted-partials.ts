import type { Covariates } from "./adjustment.js";
import { PartialCorrelations } from "./partial-correlations.js";
import type { Basis } from "./principal-component.js";
import { ascendingOrder, RankedScore } from "./ranked-score.js";
import type { ScoreSource } from "./refitted-correlations.js";
import { emptyResample, type Resample } from "./resample.js";
import { ResampledScore } from "./resampled-score.js";
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

/** Refits the score in resample after resample and takes its partial correlation with every target. */
export class RefittedPartials {
  readonly #design: PartialDesign;
  readonly #fit: ResampledScore;
  readonly #ranked: RankedScore;
  readonly #partials: PartialCorrelations;
  readonly #resample: Resample;

  constructor(design: PartialDesign) {
    const { capabilities, basis, weights, score, covariates, targets } = design;
    this.#design = design;
    this.#fit = new ResampledScore(capabilities, basis, weights);
    this.#ranked = new RankedScore(ascendingOrder(score.values));
    this.#partials = new PartialCorrelations(covariates, targets);
    this.#resample = emptyResample(targets.rows);
  }

  /** Resamples from … to − 1, each filled by `draw`; column c's value of resample b goes to out[c × stride + b], NaN where undefined. */
  run(
    draw: (b: number, into: Resample) => void,
    from: number,
    to: number,
    { out, stride }: { readonly out: Float64Array; readonly stride: number },
  ): void {
    const { score, targets } = this.#design;
    for (let b = from; b < to; b++) {
      draw(b, this.#resample);
      const defined = score.name === null || this.#fit[score.name](this.#resample);
      if (!defined) {
        for (let c = 0; c < targets.columns; c++) out[c * stride + b] = Number.NaN;
        continue;
      }
      this.#ranked.rank(score.name === null ? score.values : this.#fit.scores, this.#resample);
      this.#partials.take(this.#resample, this.#ranked);
      for (let c = 0; c < targets.columns; c++) out[c * stride + b] = this.#partials.of(c);
    }
  }
}
