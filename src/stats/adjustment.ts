import type { Resample } from "./resample.js";
import type { SortedColumns } from "./sorted-columns.js";

/** What is adjusted for, of n rows. A row that lacks any of it must be in no pattern of the targets. */
export interface Covariates {
  /** Entering by rank. */
  readonly ranked: SortedColumns;
  /** A group of each row, from 0; entering as indicators. All 0 where there is no such covariate. */
  readonly groups: Int32Array;
  readonly groupCount: number;
  /** Indicators of further groupings, each n zeros and ones. */
  readonly indicators: readonly Float64Array[];
}

/** A column whose length falls to this share of itself is explained by the others. */
const DEPENDENT = 1e-10;

/**
 * The space of intercept and covariates over the counted rows of one pattern, to take residuals from: values are centred
 * within groups (which is the intercept and the indicators of the groups), and what the other covariates have left after
 * that is made orthonormal, largest first (pivoted QR). Made anew in every resample: covariates are ranked among its rows.
 *
 * Source: Frisch & Waugh 1933, Lovell 1963 for the two steps; METHODS §6.
 */
export class Adjustment {
  /** g: the rank of intercept and covariates, less one. */
  rank = 0;
  readonly #covariates: Covariates;
  readonly #rows: number;
  /** n: how often each row counts; 0 outside the pattern. */
  readonly #counted: Float64Array;
  readonly #sums: Float64Array;
  readonly #sizes: Float64Array;
  readonly #candidates: readonly Float64Array[];
  /** Orthonormal under the counts. */
  readonly #basis: Float64Array[] = [];
  /** The same, times how often each row counts. */
  readonly #countedBasis: readonly Float64Array[];

  constructor(covariates: Covariates, rows: number) {
    const columns = covariates.ranked.columns + covariates.indicators.length;
    this.#covariates = covariates;
    this.#rows = rows;
    this.#counted = new Float64Array(rows);
    this.#sums = new Float64Array(covariates.groupCount);
    this.#sizes = new Float64Array(covariates.groupCount);
    this.#candidates = Array.from({ length: columns }, () => new Float64Array(rows));
    this.#countedBasis = Array.from({ length: columns }, () => new Float64Array(rows));
  }

  /** How often each row counts, after `to`. */
  get counted(): Float64Array {
    return this.#counted;
  }

  /** Prepares for the rows of a resample that a pattern has. @param present n zeros and ones. @returns how many rows count. */
  to({ counts }: Resample, present: Uint8Array): number {
    const { groups } = this.#covariates;
    this.#sizes.fill(0);
    let size = 0;
    for (let i = 0; i < this.#rows; i++) {
      const count = (counts[i] as number) * (present[i] as number);
      const g = groups[i] as number;
      this.#counted[i] = count;
      size += count;
      this.#sizes[g] = (this.#sizes[g] as number) + count;
    }
    let taken = 0;
    for (let g = 0; g < this.#sizes.length; g++) if ((this.#sizes[g] as number) > 0) taken += 1;
    this.#orthonormalise(size);
    this.rank = Math.max(0, taken - 1) + this.#basis.length;
    return size;
  }

  /** Takes out of the values, in place, all that the covariates explain. */
  residual(values: Float64Array): void {
    this.centre(values);
    for (const direction of this.#basis) this.#takeOut(values, direction);
  }

  /** Σ count · value² over the counted rows. */
  square(values: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < this.#rows; i++)
      sum += (this.#counted[i] as number) * (values[i] as number) * (values[i] as number);
    return sum;
  }

  /** The part of the sum of squares of values about their mean, 0, that the covariates explain. */
  explained(values: Float64Array): number {
    let sum = this.#sizes.length === 1 ? 0 : this.#betweenGroups(values);
    for (let k = 0; k < this.#basis.length; k++) {
      const direction = this.#countedBasis[k] as Float64Array;
      let product = 0;
      for (let i = 0; i < this.#rows; i++) product += (direction[i] as number) * (values[i] as number);
      sum += product * product;
    }
    return sum;
  }

  #betweenGroups(values: Float64Array): number {
    this.#addUp(values);
    let sum = 0;
    for (let g = 0; g < this.#sizes.length; g++) {
      const size = this.#sizes[g] as number;
      if (size > 0) sum += ((this.#sums[g] as number) * (this.#sums[g] as number)) / size;
    }
    return sum;
  }

  #addUp(values: Float64Array): void {
    const { groups } = this.#covariates;
    this.#sums.fill(0);
    for (let i = 0; i < this.#rows; i++) {
      const g = groups[i] as number;
      this.#sums[g] = (this.#sums[g] as number) + (this.#counted[i] as number) * (values[i] as number);
    }
  }

  /** Less the mean of its group, in place. */
  centre(values: Float64Array): void {
    const { groups } = this.#covariates;
    this.#addUp(values);
    for (let i = 0; i < this.#rows; i++) {
      const g = groups[i] as number;
      const counts = (this.#counted[i] as number) > 0;
      values[i] = counts ? (values[i] as number) - (this.#sums[g] as number) / (this.#sizes[g] as number) : 0;
    }
  }

  #orthonormalise(size: number): void {
    this.#basis.length = 0;
    const { ranked, indicators } = this.#covariates;
    const left = this.#candidates.map((column, k) => {
      if (k < ranked.columns) countedRanks(ranked, k, this.#counted, size, column);
      else column.set(indicators[k - ranked.columns] as Float64Array);
      const square = this.#squareAboutMean(column, size);
      this.centre(column);
      return { column, least: DEPENDENT ** 2 * square };
    });
    while (left.length > 0) {
      const squares = left.map(({ column }) => this.square(column));
      const largest = squares.indexOf(Math.max(...squares));
      const [{ column, least }] = left.splice(largest, 1) as [(typeof left)[number]];
      // Once more: one subtraction leaves rounding of the size of what it took.
      for (const direction of this.#basis) this.#takeOut(column, direction);
      const square = this.square(column);
      if (!(square > least)) continue;
      const scale = 1 / Math.sqrt(square);
      const counted = this.#countedBasis[this.#basis.length] as Float64Array;
      for (let i = 0; i < this.#rows; i++) {
        column[i] = (column[i] as number) * scale;
        counted[i] = (column[i] as number) * (this.#counted[i] as number);
      }
      this.#basis.push(column);
      for (const other of left) this.#takeOut(other.column, column);
    }
  }

  #takeOut(values: Float64Array, direction: Float64Array): void {
    let product = 0;
    for (let i = 0; i < this.#rows; i++)
      product += (this.#counted[i] as number) * (values[i] as number) * (direction[i] as number);
    for (let i = 0; i < this.#rows; i++)
      values[i] = (values[i] as number) - product * (direction[i] as number);
  }

  #squareAboutMean(values: Float64Array, size: number): number {
    let sum = 0;
    for (let i = 0; i < this.#rows; i++) sum += (this.#counted[i] as number) * (values[i] as number);
    const mean = sum / size;
    let square = 0;
    for (let i = 0; i < this.#rows; i++)
      square += (this.#counted[i] as number) * ((values[i] as number) - mean) ** 2;
    return square;
  }
}

/** Twice the midrank less its mean, of a column's counted rows: whole numbers. 0 for rows that do not count. */
function countedRanks(
  { order, start, tied }: SortedColumns,
  c: number,
  counted: Float64Array,
  size: number,
  out: Float64Array,
): void {
  out.fill(0);
  const end = start[c + 1] as number;
  let below = 0;
  for (let k = start[c] as number; k < end; ) {
    let last = k;
    let weight = counted[order[k] as number] as number;
    while (tied[last] === 1) weight += counted[order[++last] as number] as number;
    const centred = 2 * below + weight - size;
    for (; k <= last; k++) {
      const i = order[k] as number;
      if ((counted[i] as number) > 0) out[i] = centred;
    }
    below += weight;
  }
}
