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
class RemovalSearch {
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
    const { numerator, x, y } = this.#polynomials;
    if (k === 1) this.#scanSingles(record, from, Math.min(to, this.#x.length));
    else if (x === null || y === null) {
      const squares = untiedSquares(left, this.#method as "spearman" | "kendall");
      const walk = new RemovalWalk([numerator], k);
      walk.run(from, to, ([only], first, end) => {
        scanUntied(only as Removed, { path: walk.path, first, end }, record, squares);
      });
    } else {
      const walk = new RemovalWalk([numerator, x, y], k);
      // Whole numbers are exact; differences lose their digits where a row outweighs all others.
      const share = this.#method === "pearson" ? LOST : 0;
      const scale = {
        leastX: share * x.total,
        leastY: share * y.total,
        anew: (path: Int32Array) => this.#without(path),
      };
      walk.run(from, to, (levels, first, end) => {
        scanTied(levels, { path: walk.path, first, end }, record, scale);
      });
    }
    return record.extremes();
  }

  #scanSingles(record: ExtremeRecord, from: number, to: number): void {
    const path = new Int32Array(1);
    for (let v = from; v < to; v++) {
      path[0] = v;
      record.add(this.#without(path), path);
    }
  }

  #without(path: Int32Array): number {
    const keeps = (_: number, i: number) => !path.includes(i);
    const [x, y] = [Float64Array.from(this.#x).filter(keeps), Float64Array.from(this.#y).filter(keeps)];
    return correlation(x, y, this.#method) ?? Number.NaN;
  }
}

interface LastLevel {
  readonly path: Int32Array;
  readonly first: number;
  readonly end: number;
}

/** Sums of squares that are known from the number of rows. */
function scanUntied(
  { total, single, pair }: Removed,
  { path, first, end }: LastLevel,
  record: ExtremeRecord,
  squares: number,
): void {
  const n = single.length;
  const k = path.length;
  let { lower, higher, nearer } = record;
  for (let t = first; t < end; t++) {
    path[k - 2] = t;
    const row = t * n;
    const base = total - (single[t] as number);
    for (let v = t + 1; v < n; v++) {
      const rho = (base - (single[v] as number) + (pair[row + v] as number)) / squares;
      if (rho >= lower && rho <= higher && Math.abs(rho) >= nearer) continue;
      path[k - 1] = v;
      record.add(rho, path);
      ({ lower, higher, nearer } = record);
    }
  }
}

interface Scale {
  /** Sums of squares of this size or less are not to be trusted, or 0. */
  readonly leastX: number;
  readonly leastY: number;
  readonly anew: (path: Int32Array) => number;
}

function scanTied(
  [numerator, x, y]: readonly Removed[],
  { path, first, end }: LastLevel,
  record: ExtremeRecord,
  { leastX, leastY, anew }: Scale,
): void {
  const { total, single, pair } = numerator as Removed;
  const { total: totalX, single: singleX, pair: pairX } = x as Removed;
  const { total: totalY, single: singleY, pair: pairY } = y as Removed;
  const n = single.length;
  const k = path.length;
  let { lower, higher, nearer } = record;
  for (let t = first; t < end; t++) {
    path[k - 2] = t;
    const row = t * n;
    const base = total - (single[t] as number);
    const baseX = totalX - (singleX[t] as number);
    const baseY = totalY - (singleY[t] as number);
    for (let v = t + 1; v < n; v++) {
      const xx = baseX - (singleX[v] as number) + (pairX[row + v] as number);
      const yy = baseY - (singleY[v] as number) + (pairY[row + v] as number);
      const isKnown = xx > leastX && yy > leastY;
      const sum = base - (single[v] as number) + (pair[row + v] as number);
      const rho = sum / Math.sqrt(xx * yy);
      if (isKnown && rho >= lower && rho <= higher && Math.abs(rho) >= nearer) continue;
      path[k - 1] = v;
      record.add(isKnown ? rho : anew(path), path);
      ({ lower, higher, nearer } = record);
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

  /** What a correlation must be below, above or nearer to 0 than, for the record to change. */
  get lower(): number {
    return this.#low - SAME;
  }

  get higher(): number {
    return this.#high + SAME;
  }

  get nearer(): number {
    return Math.abs(this.#nearest);
  }

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
  if (numerator.triple !== null && k > 2) return tripleRange(numerator, numerator.triple, k);
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

/** The last three levels in one: what the third but last removal takes from pairs is read, not written. */
function tripleRange(
  { rows: n, ...numerator }: RemovalPolynomial,
  triple: Int8Array,
  k: number,
): { low: number; high: number } {
  const after = new Float64Array(n);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  new RemovalWalk([{ rows: n, ...numerator }], k - 1).run(0, n, ([left], first, end) => {
    const { total, single, pair } = left as Removed;
    for (let s = first; s < end; s++) {
      for (let t = s + 1; t < n; t++) after[t] = (single[t] as number) - (pair[s * n + t] as number);
      for (let t = s + 1; t < n; t++) {
        const base = total - (single[s] as number) - (after[t] as number);
        const row = t * n;
        const of = (s * n + t) * n;
        for (let v = t + 1; v < n; v++) {
          const sum = base - (after[v] as number) + (pair[row + v] as number) - (triple[of + v] as number);
          if (sum < low) low = sum;
          if (sum > high) high = sum;
        }
      }
    }
  });
  return { low, high };
}
