import { Adjustment, type Covariates } from "./adjustment.js";
import type { RankedScore } from "./ranked-score.js";
import type { Resample } from "./resample.js";
import type { SortedColumns } from "./sorted-columns.js";

/** A residual sum of squares below this share of the total is rounding: nothing is left to correlate. */
const NOTHING_LEFT = 1e-12;
/** Above this share it may be had by subtraction; nearer to nothing the residuals are written out. */
const MUCH_LEFT = 1e-3;
/** As for plain correlations: rounding moves a perfect one by a few units in the last place. */
const PERFECT = 4e-15;

/** The score among the rows of one pattern of the targets. */
interface Scored {
  readonly adjustment: Adjustment;
  /** n: residual of the score's ranks, over its length, times how often the row counts. */
  readonly weighted: Float64Array;
  size: number;
  total: number;
  left: number;
}

/**
 * Partial Spearman correlations of a score with every target given covariates: the ranks of both, less what
 * intercept and covariates explain of them, correlated as they are (Pearson). Of a sample in which rows may count
 * several times. Undefined with n − 3 − g < 1, g the rank of the covariates, or where nothing is left of a side.
 *
 * Source: METHODS §6; Conover 1999 for partial correlation of ranks.
 */
export class PartialCorrelations {
  readonly #targets: SortedColumns;
  readonly #patterns: readonly Scored[];
  readonly #ranks: Float64Array;

  constructor(covariates: Covariates, targets: SortedColumns) {
    this.#targets = targets;
    this.#ranks = new Float64Array(targets.rows);
    this.#patterns = Array.from({ length: targets.patterns }, () => ({
      adjustment: new Adjustment(covariates, targets.rows),
      weighted: new Float64Array(targets.rows),
      size: 0,
      total: 0,
      left: 0,
    }));
  }

  /** The score in a resample. */
  take(resample: Resample, ranked: RankedScore): void {
    const { rows, present } = this.#targets;
    this.#patterns.forEach((scored, pattern) => {
      const { adjustment, weighted } = scored;
      scored.size = adjustment.to(resample, present.subarray(pattern * rows, (pattern + 1) * rows));
      scored.total = ranked.among(this.#targets, pattern, resample, weighted);
      const { counted } = adjustment;
      for (let i = 0; i < rows; i++)
        weighted[i] = (counted[i] as number) > 0 ? (weighted[i] as number) / (counted[i] as number) : 0;
      adjustment.residual(weighted);
      scored.left = adjustment.square(weighted);
      const scale = scored.left > 0 ? 1 / Math.sqrt(scored.left) : 0;
      for (let i = 0; i < rows; i++) weighted[i] = (weighted[i] as number) * (counted[i] as number) * scale;
    });
  }

  /** n, with rows counted as often as they were drawn. */
  size(c: number): number {
    return this.#of(c).size;
  }

  /** g: the rank of intercept and covariates, less one. */
  rank(c: number): number {
    return this.#of(c).adjustment.rank;
  }

  /** 1/(1 − R²) of the score's ranks on the covariates, 1 at least; infinite where they explain it; NaN where it does not vary. */
  varianceInflation(c: number): number {
    const { total, left } = this.#of(c);
    if (total === 0) return Number.NaN;
    return left < NOTHING_LEFT * total ? Number.POSITIVE_INFINITY : Math.max(1, total / left);
  }

  /** The partial correlation with column c; NaN where it is undefined. */
  of(c: number): number {
    const { adjustment, weighted, size, total, left } = this.#of(c);
    if (size - 3 - adjustment.rank < 1 || total === 0 || left < NOTHING_LEFT * total) return Number.NaN;
    const { own, all } = this.#rank(c, adjustment.counted, weighted, size);
    if (all === 0) return Number.NaN;
    let rest = all - adjustment.explained(this.#ranks);
    if (rest < MUCH_LEFT * all) {
      adjustment.residual(this.#ranks);
      rest = adjustment.square(this.#ranks);
      if (rest < NOTHING_LEFT * all) return Number.NaN;
    }
    const r = own / Math.sqrt(rest);
    return 1 - Math.abs(r) <= PERFECT ? Math.sign(r) : r;
  }

  /**
   * The column's ranks among the counted rows (twice the midrank less its mean; rows that do not count keep what they had), the
   * sum of their squares, and their product with the residual score, to which nothing explained need be taken out of them.
   */
  #rank(c: number, counted: Float64Array, weighted: Float64Array, size: number) {
    const { order, start, tied } = this.#targets;
    const ranks = this.#ranks;
    const end = start[c + 1] as number;
    let below = 0;
    let all = 0;
    let own = 0;
    for (let k = start[c] as number; k < end; ) {
      let last = k;
      let weight = counted[order[k] as number] as number;
      while (tied[last] === 1) weight += counted[order[++last] as number] as number;
      const centred = 2 * below + weight - size;
      for (; k <= last; k++) {
        const i = order[k] as number;
        ranks[i] = centred;
        own += (weighted[i] as number) * centred;
      }
      below += weight;
      all += weight * centred * centred;
    }
    return { own, all };
  }

  #of(c: number): Scored {
    return this.#patterns[this.#targets.pattern[c] as number] as Scored;
  }
}
