import { concordance } from "./concordance.js";
import { type CorrelationMethod, correlation } from "./correlation.js";
import { midranks } from "./ranks.js";
import { type Sample, shiftedTowardsUnit } from "./sample.js";

/** Paired samples that rows leave and come back to; what the correlation would be without each row costs O(1) a row. */
export interface ShrinkingSample {
  /** 1 where the row is there. */
  readonly present: Uint8Array;
  remove(row: number): void;
  restore(row: number): void;
  /** The correlation without each row that is there, NaN where undefined or not there, to `out`. */
  without(out: Float64Array): void;
}

/** Of large samples, where tables of pairs would not fit. @throws {RangeError} on a value that is not finite. */
export function shrinkingSample(x: Sample, y: Sample, method: CorrelationMethod): ShrinkingSample {
  return method === "pearson" ? new ShrinkingMoments(x, y) : new ShrinkingRanks(x, y, method);
}

/** Values as small whole numbers, equal where tied: all that ranks and signs need. */
function places(x: Sample): Float64Array {
  return midranks(x).map((rank) => 2 * rank);
}

/** The number of rows there, and Σ t³ and Σ t(t − 1)/2 over tie groups of size t, for one side. */
class TieGroups {
  readonly size: Int32Array;
  readonly #place: Float64Array;
  cubes = 0;
  pairs = 0;

  constructor(place: Float64Array) {
    this.#place = place;
    this.size = new Int32Array(2 * place.length + 1);
    for (let i = 0; i < place.length; i++) this.add(i, 1);
  }

  of(row: number): number {
    return this.size[this.#place[row] as number] as number;
  }

  add(row: number, change: 1 | -1): void {
    const before = this.of(row);
    const after = before + change;
    this.size[this.#place[row] as number] = after;
    this.cubes += after ** 3 - before ** 3;
    this.pairs += (after * (after - 1) - before * (before - 1)) / 2;
  }
}

/** Spearman's ρ and Kendall's τ-b, in whole numbers throughout. */
class ShrinkingRanks implements ShrinkingSample {
  readonly present: Uint8Array;
  readonly #method: CorrelationMethod;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #tiesX: TieGroups;
  readonly #tiesY: TieGroups;
  readonly #orderX: Int32Array;
  readonly #orderY: Int32Array;
  /** Centred doubled midranks among the rows there. */
  readonly #u: Float64Array;
  readonly #w: Float64Array;
  /** Concordant less discordant rows of each row. */
  readonly #concordance: Float64Array;
  /** Σ of the other side's u over rows above, less those below. */
  readonly #aboveX: Float64Array;
  readonly #aboveY: Float64Array;
  #left: number;

  constructor(x: Sample, y: Sample, method: CorrelationMethod) {
    const n = x.length;
    this.#method = method;
    this.present = new Uint8Array(n).fill(1);
    this.#left = n;
    this.#x = places(x);
    this.#y = places(y);
    this.#tiesX = new TieGroups(this.#x);
    this.#tiesY = new TieGroups(this.#y);
    this.#orderX = ascending(this.#x);
    this.#orderY = ascending(this.#y);
    this.#u = this.#x.map((place) => place - n - 1);
    this.#w = this.#y.map((place) => place - n - 1);
    this.#aboveX = new Float64Array(n);
    this.#aboveY = new Float64Array(n);
    this.#concordance = concordance(Int32Array.from(this.#x), Int32Array.from(this.#y), 2 * n);
  }

  remove(row: number): void {
    this.present[row] = 0;
    this.#change(row, -1);
  }

  restore(row: number): void {
    this.#change(row, 1);
    this.present[row] = 1;
  }

  /** The row's own values are kept up while it is away, as those of a row that would come back. */
  #change(row: number, change: 1 | -1): void {
    const [xt, yt] = [this.#x[row] as number, this.#y[row] as number];
    for (let v = 0; v < this.#x.length; v++) {
      if (v === row) continue;
      const a = sign(this.#x[v] as number, xt);
      const b = sign(this.#y[v] as number, yt);
      this.#u[v] = (this.#u[v] as number) + change * a;
      this.#w[v] = (this.#w[v] as number) + change * b;
      this.#concordance[v] = (this.#concordance[v] as number) + change * a * b;
    }
    this.#tiesX.add(row, change);
    this.#tiesY.add(row, change);
    this.#left += change;
  }

  without(out: Float64Array): void {
    const isSpearman = this.#method === "spearman";
    if (isSpearman) {
      this.#sweep(this.#orderX, this.#x, this.#w, this.#aboveX);
      this.#sweep(this.#orderY, this.#y, this.#u, this.#aboveY);
    }
    const total = this.#total();
    const left = this.#left - 1;
    for (let v = 0; v < out.length; v++) {
      if (this.present[v] === 0 || left < 3) {
        out[v] = Number.NaN;
        continue;
      }
      const concordance = this.#concordance[v] as number;
      const own = isSpearman
        ? (this.#u[v] as number) * (this.#w[v] as number) +
          (this.#aboveX[v] as number) +
          (this.#aboveY[v] as number) -
          concordance
        : concordance;
      const xx = this.#squares(this.#tiesX, v, left);
      const yy = this.#squares(this.#tiesY, v, left);
      out[v] = xx > 0 && yy > 0 ? (total - own) / Math.sqrt(xx * yy) : Number.NaN;
    }
  }

  #total(): number {
    let sum = 0;
    for (let i = 0; i < this.present.length; i++) {
      if (this.present[i] === 0) continue;
      sum +=
        this.#method === "spearman"
          ? (this.#u[i] as number) * (this.#w[i] as number)
          : (this.#concordance[i] as number) / 2;
    }
    return sum;
  }

  /** Σ u² of the rows that are there but v, or their untied pairs. */
  #squares(ties: TieGroups, v: number, left: number): number {
    const size = ties.of(v);
    if (this.#method === "spearman") return (left ** 3 - (ties.cubes - size ** 3 + (size - 1) ** 3)) / 3;
    return (left * (left - 1)) / 2 - (ties.pairs - (size - 1));
  }

  #sweep(order: Int32Array, place: Float64Array, values: Float64Array, out: Float64Array): void {
    let below = 0;
    let total = 0;
    for (const i of order) if (this.present[i] === 1) total += values[i] as number;
    for (let k = 0; k < order.length; ) {
      const at = place[order[k] as number];
      let end = k;
      let group = 0;
      for (; end < order.length && place[order[end] as number] === at; end++) {
        const i = order[end] as number;
        if (this.present[i] === 1) group += values[i] as number;
      }
      for (; k < end; k++) out[order[k] as number] = total - below - group - below;
      below += group;
    }
  }
}

function sign(a: number, b: number): number {
  return a > b ? 1 : a < b ? -1 : 0;
}

function ascending(x: Float64Array): Int32Array {
  return Int32Array.from(x.keys()).sort((a, b) => (x[a] as number) - (x[b] as number) || a - b);
}

/** Below this share of the sum, a sum of squares without one row has lost its digits to that row. */
const LOST = 1e-6;

/** Pearson's r, centred anew after every change. */
class ShrinkingMoments implements ShrinkingSample {
  readonly present: Uint8Array;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  #left: number;

  constructor(x: Sample, y: Sample) {
    this.#x = shiftedTowardsUnit(x);
    this.#y = shiftedTowardsUnit(y);
    this.present = new Uint8Array(x.length).fill(1);
    this.#left = x.length;
  }

  remove(row: number): void {
    this.present[row] = 0;
    this.#left -= 1;
  }

  restore(row: number): void {
    this.present[row] = 1;
    this.#left += 1;
  }

  without(out: Float64Array): void {
    const [x, y] = [this.#centred(this.#x), this.#centred(this.#y)];
    const [xx, yy, xy] = [product(x, x), product(y, y), product(x, y)];
    const grown = this.#left / (this.#left - 1);
    for (let v = 0; v < out.length; v++) {
      if (this.present[v] === 0 || this.#left < 4) {
        out[v] = Number.NaN;
        continue;
      }
      const [dx, dy] = [x[v] as number, y[v] as number];
      const leftX = xx - grown * dx * dx;
      const leftY = yy - grown * dy * dy;
      out[v] =
        leftX <= LOST * xx || leftY <= LOST * yy
          ? this.#anew(v)
          : (xy - grown * dx * dy) / Math.sqrt(leftX * leftY);
    }
  }

  /** 0 for the rows that are away. */
  #centred(values: Float64Array): Float64Array {
    const mean = values.reduce((sum, x, i) => sum + (this.present[i] as number) * x, 0) / this.#left;
    return values.map((x, i) => (this.present[i] as number) * (x - mean));
  }

  #anew(v: number): number {
    const keeps = (_: number, i: number) => this.present[i] === 1 && i !== v;
    return correlation(this.#x.filter(keeps), this.#y.filter(keeps), "pearson") ?? Number.NaN;
  }
}

function product(x: Float64Array, y: Float64Array): number {
  return x.reduce((sum, value, i) => sum + value * (y[i] as number), 0);
}
