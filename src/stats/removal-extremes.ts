import { type CorrelationMethod, correlation } from "./correlation.js";
import {
  type CorrelationPolynomials,
  correlationPolynomials,
  type RemovalPolynomial,
  untiedSquares,
} from "./removal-polynomial.js";
import { RemovalWalk, type Removed } from "./removal-walk.js";
import type { Sample } from "./sample.js";
import { shrinkingSample } from "./shrinking-sample.js";

/** Correlations nearer than this are the same number, made by other roundings. */
export const SAME = 1e-12;
/** Below this share of the whole sample's, a sum of squares that was subtracted down has lost its digits. */
const LOST = 1e-6;

/** The extremes of a correlation over subsets that drop k rows; NaN where it is undefined for all of them. */
export interface RemovalExtremes {
  readonly low: number;
  readonly high: number;
  /** The value of least magnitude, with its sign. */
  readonly nearest: number;
  /** The rows dropped, ascending; the lexicographically first on equal values. */
  readonly lowRows: Int32Array;
  readonly highRows: Int32Array;
  readonly undefinedSubsets: number;
}

/**
 * Every subset of exactly k rows dropped, whose first row is from … to − 1, and what is left correlated: ranks anew, ties
 * averaged. Undefined where fewer than three rows are left or a side does not vary.
 *
 * @example new RemovalSearch([1, 2, 3, 4], [1, 2, 4, 3], "spearman").extremes(1).high // => 1, without row 2
 */
export class RemovalSearch {
  readonly #x: Sample;
  readonly #y: Sample;
  readonly #method: CorrelationMethod;
  readonly #polynomials: CorrelationPolynomials;

  constructor(x: Sample, y: Sample, method: CorrelationMethod) {
    this.#x = x;
    this.#y = y;
    this.#method = method;
    this.#polynomials = correlationPolynomials(x, y, method);
  }

  extremes(k: number, from = 0, to = this.#x.length): RemovalExtremes {
    const record = new ExtremeRecord(k);
    const left = this.#x.length - k;
    if (left < 3) return record.extremes();
    const ratio = this.#ratio(left);
    const { numerator, x, y } = this.#polynomials;
    if (k === 1) this.#scanSingles(record, ratio, from, Math.min(to, this.#x.length));
    else {
      const walk = new RemovalWalk([numerator, ...(x === null || y === null ? [] : [x, y])], k);
      walk.run(from, to, (levels, first, end) => scanPairs(walk.path, { levels, first, end }, record, ratio));
    }
    return record.extremes();
  }

  #scanSingles(record: ExtremeRecord, ratio: Ratio, from: number, to: number): void {
    const { numerator, x, y } = this.#polynomials;
    const without = (p: RemovalPolynomial | null, v: number) =>
      p === null ? 0 : p.total - (p.single[v] as number);
    const path = new Int32Array(1);
    for (let v = from; v < to; v++) {
      path[0] = v;
      record.add(ratio(without(numerator, v), without(x, v), without(y, v), path), path);
    }
  }

  /** Sums of an untied sample are known from its size; sums of squares that lost their digits are made again. */
  #ratio(left: number): Ratio {
    const { x, y } = this.#polynomials;
    if (x === null || y === null) {
      const squares = untiedSquares(left, this.#method as "spearman" | "kendall");
      return (numerator) => numerator / squares;
    }
    const isExact = this.#method !== "pearson";
    const [leastX, leastY] = [LOST * x.total, LOST * y.total];
    return (numerator, xx, yy, path) => {
      if (!isExact && (xx <= leastX || yy <= leastY)) return this.#anew(path);
      return xx > 0 && yy > 0 ? numerator / Math.sqrt(xx * yy) : Number.NaN;
    };
  }

  #anew(path: Int32Array): number {
    const keeps = (_: number, i: number) => !path.includes(i);
    const [x, y] = [Float64Array.from(this.#x).filter(keeps), Float64Array.from(this.#y).filter(keeps)];
    return correlation(x, y, this.#method) ?? Number.NaN;
  }
}

type Ratio = (numerator: number, x: number, y: number, path: Int32Array) => number;

interface Pairs {
  readonly levels: readonly Removed[];
  readonly first: number;
  readonly end: number;
}

function scanPairs(
  path: Int32Array,
  { levels, first, end }: Pairs,
  record: ExtremeRecord,
  ratio: Ratio,
): void {
  const [numerator, x, y] = levels as [Removed, Removed?, Removed?];
  const n = numerator.single.length;
  const k = path.length;
  for (let t = first; t < end; t++) {
    path[k - 2] = t;
    const row = t * n;
    const ofNumerator = numerator.total - (numerator.single[t] as number);
    const ofX = x === undefined ? 0 : x.total - (x.single[t] as number);
    const ofY = y === undefined ? 0 : y.total - (y.single[t] as number);
    for (let v = t + 1; v < n; v++) {
      path[k - 1] = v;
      const sum = ofNumerator - (numerator.single[v] as number) + (numerator.pair[row + v] as number);
      const xx = x === undefined ? 0 : ofX - (x.single[v] as number) + (x.pair[row + v] as number);
      const yy = y === undefined ? 0 : ofY - (y.single[v] as number) + (y.pair[row + v] as number);
      record.add(ratio(sum, xx, yy, path), path);
    }
  }
}

/** Keeps the first of the extreme subsets that it is shown. */
export class ExtremeRecord {
  #low = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;
  #nearest = Number.POSITIVE_INFINITY;
  #undefined = 0;
  readonly #lowRows: Int32Array;
  readonly #highRows: Int32Array;

  constructor(k: number) {
    this.#lowRows = new Int32Array(k);
    this.#highRows = new Int32Array(k);
  }

  /** Adds a subset and its correlation, NaN where undefined. */
  add(rho: number, rows: Int32Array): void {
    if (Number.isNaN(rho)) this.#undefined += 1;
    else this.#take(rho, rows);
  }

  /** NaN beats nothing. */
  #take(rho: number, rows: Int32Array): void {
    if (rho < this.#low - SAME) {
      this.#low = rho;
      this.#lowRows.set(rows);
    }
    if (rho > this.#high + SAME) {
      this.#high = rho;
      this.#highRows.set(rows);
    }
    if (Math.abs(rho) < Math.abs(this.#nearest)) this.#nearest = rho;
  }

  /** What another record found in later subsets. */
  join({ low, high, nearest, lowRows, highRows, undefinedSubsets }: RemovalExtremes): void {
    this.#take(low, lowRows);
    this.#take(high, highRows);
    if (Math.abs(nearest) < Math.abs(this.#nearest)) this.#nearest = nearest;
    this.#undefined += undefinedSubsets;
  }

  extremes(): RemovalExtremes {
    const known = (value: number) => (Number.isFinite(value) ? value : Number.NaN);
    return {
      low: known(this.#low),
      high: known(this.#high),
      nearest: known(this.#nearest),
      lowRows: this.#lowRows,
      highRows: this.#highRows,
      undefinedSubsets: this.#undefined,
    };
  }
}

/** Beyond this, tables of triples take more memory than they save time. */
const MOST_TABLED = 256;

/** As `RemovalSearch`, on samples of any size while k is at most 2. */
export function removalExtremes(
  { x, y, method }: CorrelatedSample,
  k: number,
  from = 0,
  to = x.length,
): RemovalExtremes {
  if (k > 2 || x.length <= MOST_TABLED) return new RemovalSearch(x, y, method).extremes(k, from, to);
  const record = new ExtremeRecord(k);
  const sample = shrinkingSample(x, y, method);
  const found = new Float64Array(x.length);
  const path = new Int32Array(k);
  const scan = (first: number, end: number) => {
    sample.without(found);
    for (let v = first; v < end; v++) {
      path[k - 1] = v;
      record.add(found[v] as number, path);
    }
  };
  if (k === 1) scan(from, Math.min(to, x.length));
  else {
    for (let t = from; t < Math.min(to, x.length); t++) {
      path[0] = t;
      sample.remove(t);
      scan(t + 1, x.length);
      sample.restore(t);
    }
  }
  return record.extremes();
}

export interface CorrelatedSample {
  readonly x: Sample;
  readonly y: Sample;
  readonly method: CorrelationMethod;
}

/** Least and greatest correlation alone, for each number of rows dropped: of an untied sample some nanoseconds a subset. */
export function removalRanges(
  { x, y, method }: CorrelatedSample,
  drops: readonly number[],
): { low: number; high: number }[] {
  if (method === "pearson" || x.length > MOST_TABLED)
    return drops.map((k) => removalExtremes({ x, y, method }, k));
  const { numerator, x: tied } = correlationPolynomials(x, y, method);
  if (tied !== null) return drops.map((k) => removalExtremes({ x, y, method }, k));
  return drops.map((k) => {
    const squares = untiedSquares(x.length - k, method);
    const { low, high } = k === 1 ? singleRange(numerator) : pairRange(numerator, k);
    return { low: low / squares, high: high / squares };
  });
}

function singleRange({ total, single }: RemovalPolynomial): { low: number; high: number } {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const terms of single) {
    least = Math.min(least, terms);
    most = Math.max(most, terms);
  }
  return { low: total - most, high: total - least };
}

function pairRange(numerator: RemovalPolynomial, k: number): { low: number; high: number } {
  const n = numerator.rows;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  new RemovalWalk([numerator], k).run(0, n, ([left], first, end) => {
    const { total, single, pair } = left as Removed;
    for (let t = first; t < end; t++) {
      const base = total - (single[t] as number);
      const row = t * n;
      for (let v = t + 1; v < n; v++) {
        const sum = base - (single[v] as number) + (pair[row + v] as number);
        if (sum < low) low = sum;
        if (sum > high) high = sum;
      }
    }
  });
  return { low, high };
}
