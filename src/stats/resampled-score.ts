import { dominantEigenvector } from "./dominant-eigenvector.js";
import type { Basis } from "./principal-component.js";
import type { Resample } from "./resample.js";
import type { SortedColumns } from "./sorted-columns.js";

export const RESAMPLED_SCORES = ["pc1", "zmean", "meanRank"] as const;
/** Scores that are made anew in every resample; any other score of a row stays what it is. */
export type ResampledScoreName = (typeof RESAMPLED_SCORES)[number];

/**
 * The capabilities score refitted in a resample of n rows: z-scores, R, its first eigenvector and every rank are
 * recomputed; the sign is that of the inner product with the original weights. A column that is constant in the
 * resample has weight 0 there (METHODS §5).
 */
export class ResampledScore {
  /** One score a row; those of rows that were not drawn mean nothing. */
  readonly scores: Float64Array;
  readonly #columns: SortedColumns;
  readonly #basis: Basis;
  readonly #original: Float64Array;
  /** p × n: z-scores, centred doubled midranks, and those times how often the row was drawn. */
  readonly #z: Float64Array;
  readonly #ranks: Float64Array;
  readonly #counted: Float64Array;
  readonly #norms: Float64Array;
  readonly #varies: Uint8Array;
  readonly #r: Float64Array;
  readonly #v: Float64Array;
  readonly #scratch: Float64Array;

  /** @param weights of the fit on all rows: p entries, the first guess and the sign. */
  constructor(columns: SortedColumns, basis: Basis, weights: Float64Array) {
    const { columns: p, rows: n } = columns;
    this.#columns = columns;
    this.#basis = basis;
    this.#original = weights;
    this.scores = new Float64Array(n);
    this.#z = new Float64Array(p * n);
    this.#ranks = new Float64Array(p * n);
    this.#counted = new Float64Array(p * n);
    this.#norms = new Float64Array(p);
    this.#varies = new Uint8Array(p);
    this.#r = new Float64Array(p * p);
    this.#v = new Float64Array(p);
    this.#scratch = new Float64Array(p);
  }

  /** The refitted weights, after `pc1`. */
  get weights(): Float64Array {
    return this.#v;
  }

  /** The first component's scores. False where there is none: nothing varies, or λ1 and λ2 tie. */
  pc1(resample: Resample): boolean {
    this.#standardise(resample);
    if (this.#basis === "spearman") this.#rank(resample);
    this.#correlate(resample);
    this.#v.set(this.#original);
    if (!dominantEigenvector(this.#r, this.#columns.columns, this.#v, this.#scratch)) return false;
    this.#alignSign();
    this.#project(this.#z, this.#v);
    return true;
  }

  zmean(resample: Resample): boolean {
    this.#standardise(resample);
    this.#project(this.#z, this.#v.fill(1));
    return this.#varies.includes(1);
  }

  meanRank(resample: Resample): boolean {
    this.#rank(resample);
    this.#project(this.#ranks, this.#v.fill(1));
    return true;
  }

  #standardise({ counts, size }: Resample): void {
    const { columns: p, rows: n, values } = this.#columns;
    for (let j = 0; j < p; j++) {
      const from = j * n;
      let mean = 0;
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      for (let i = 0; i < n; i++) {
        const count = counts[i] as number;
        const x = values[from + i] as number;
        mean += count * x;
        if (count > 0 && x < low) low = x;
        if (count > 0 && x > high) high = x;
      }
      mean /= size;
      let square = 0;
      for (let i = 0; i < n; i++) {
        const d = (values[from + i] as number) - mean;
        square += (counts[i] as number) * d * d;
      }
      const varies = high > low;
      const scale = varies ? 1 / Math.sqrt(square / size) : 0;
      this.#varies[j] = varies ? 1 : 0;
      for (let i = 0; i < n; i++) this.#z[from + i] = ((values[from + i] as number) - mean) * scale;
    }
  }

  /** Twice the midrank less its mean: whole numbers, so that sums are exact in any order. */
  #rank({ counts, size }: Resample): void {
    const { columns: p, rows: n, order, start, tied } = this.#columns;
    for (let j = 0; j < p; j++) {
      let below = 0;
      const end = start[j + 1] as number;
      for (let k = start[j] as number; k < end; ) {
        let last = k;
        let weight = counts[order[k] as number] as number;
        while (tied[last] === 1) weight += counts[order[++last] as number] as number;
        const centred = 2 * below + weight - size;
        for (; k <= last; k++) this.#ranks[j * n + (order[k] as number)] = centred;
        below += weight;
      }
    }
  }

  /** R of the columns that vary; a column that does not has a row and a column of zeros. */
  #correlate({ counts }: Resample): void {
    const { columns: p, rows: n } = this.#columns;
    const x = this.#basis === "spearman" ? this.#ranks : this.#z;
    for (let j = 0; j < p; j++) {
      let square = 0;
      for (let i = 0, at = j * n; i < n; i++, at++) {
        const counted = (x[at] as number) * (counts[i] as number);
        this.#counted[at] = counted;
        square += counted * (x[at] as number);
      }
      this.#norms[j] = this.#varies[j] === 1 && square > 0 ? 1 / Math.sqrt(square) : 0;
    }
    for (let j = 0; j < p; j++) {
      const norm = this.#norms[j] as number;
      for (let k = 0; k < j; k++) {
        const r = norm * (this.#norms[k] as number) * innerProduct(this.#counted, j * n, x, k * n, n);
        this.#r[j * p + k] = r;
        this.#r[k * p + j] = r;
      }
      this.#r[j * p + j] = norm > 0 ? 1 : 0;
    }
  }

  #alignSign(): void {
    const p = this.#v.length;
    if (innerProduct(this.#v, 0, this.#original, 0, p) >= 0) return;
    for (let j = 0; j < p; j++) this.#v[j] = -(this.#v[j] as number);
  }

  /** Added in column order, so that equal rows have equal scores to the bit. */
  #project(x: Float64Array, v: Float64Array): void {
    const { columns: p, rows: n } = this.#columns;
    this.scores.fill(0);
    for (let j = 0; j < p; j++) {
      const weight = v[j] as number;
      for (let i = 0, at = j * n; i < n; i++, at++) {
        this.scores[i] = (this.scores[i] as number) + weight * (x[at] as number);
      }
    }
  }
}

/** Four sums at a time: one alone would wait for itself at every step. */
function innerProduct(a: Float64Array, atA: number, b: Float64Array, atB: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    s0 += (a[atA + i] as number) * (b[atB + i] as number);
    s1 += (a[atA + i + 1] as number) * (b[atB + i + 1] as number);
    s2 += (a[atA + i + 2] as number) * (b[atB + i + 2] as number);
    s3 += (a[atA + i + 3] as number) * (b[atB + i + 3] as number);
  }
  for (; i < length; i++) s0 += (a[atA + i] as number) * (b[atB + i] as number);
  return s0 + s1 + (s2 + s3);
}
