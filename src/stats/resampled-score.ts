import { dominantByDecomposition } from "./dominant-eigenvector.js";
import { type Arena, bytesFor } from "./kernel/arena.js";
import type { Basis } from "./principal-component.js";
import type { Resample } from "./resample.js";
import { LANES } from "./scored-resample.js";
import type { SortedColumns } from "./sorted-columns.js";

export const RESAMPLED_SCORES = ["pc1", "zmean", "meanRank"] as const;
/** Scores that are made anew in every resample; any other score of a row stays what it is. */
export type ResampledScoreName = (typeof RESAMPLED_SCORES)[number];

const MOST_STEPS = 200;
const SETTLED = 1e-13;

/**
 * The capabilities score refitted in four resamples of n rows at a time: z-scores, R, its first eigenvector and every
 * rank are recomputed; the sign is that of the inner product with the original weights. A column that is constant
 * in the resample has weight 0 there (METHODS §5).
 */
export class ResampledScore {
  readonly #columns: SortedColumns;
  readonly #basis: Basis;
  readonly #arena: Arena;
  /** What is the same in every resample: values, their order, the original weights. */
  readonly #values: Float64Array;
  readonly #order: Int32Array;
  readonly #start: Int32Array;
  readonly #tied: Uint8Array;
  readonly #original: Float64Array;
  /** n × lanes, and lanes: how often each row was drawn, and all of them. */
  readonly #counts: Float64Array;
  readonly #sizes: Float64Array;
  /** p × n × lanes: z-scores or centred doubled midranks, whichever is worked with. */
  readonly #x: Float64Array;
  /** n × lanes. */
  readonly #counted: Float64Array;
  /** p × lanes. */
  readonly #norms: Float64Array;
  readonly #v: Float64Array;
  readonly #product: Float64Array;
  /** p × p × lanes. */
  readonly #r: Float64Array;
  /** n × lanes. */
  readonly #scores: Float64Array;
  readonly #defined = new Uint8Array(LANES);

  /** Bytes of the arena that the constructor takes. */
  static bytes({ columns: p, rows: n, order }: SortedColumns): number {
    const lanes = [n, 1, p * n, n, p, p, p, p * p, n].map((length) => 8 * LANES * length);
    return bytesFor([8 * p * n, 4 * order.length, 4 * (p + 1), order.length, 8 * p, ...lanes]);
  }

  /** @param weights of the fit on all rows: p entries, the first guess and the sign. */
  constructor(columns: SortedColumns, basis: Basis, weights: Float64Array, arena: Arena) {
    const { columns: p, rows: n } = columns;
    this.#columns = columns;
    this.#basis = basis;
    this.#arena = arena;
    this.#values = arena.copy(columns.values);
    this.#order = arena.int32(columns.order);
    this.#start = arena.int32(columns.start);
    this.#tied = arena.uint8(columns.tied);
    this.#original = arena.copy(weights);
    this.#counts = arena.float64(n * LANES);
    this.#sizes = arena.float64(LANES);
    this.#x = arena.float64(p * n * LANES);
    this.#counted = arena.float64(n * LANES);
    this.#norms = arena.float64(p * LANES);
    this.#v = arena.float64(p * LANES);
    this.#product = arena.float64(p * LANES);
    this.#r = arena.float64(p * p * LANES);
    this.#scores = arena.float64(n * LANES);
  }

  /** The resample of a lane. */
  take(lane: number, { counts, size }: Resample): void {
    for (let i = 0; i < counts.length; i++) this.#counts[i * LANES + lane] = counts[i] as number;
    this.#sizes[lane] = size;
  }

  /** Whether a lane has a score: something varies, and for `pc1` λ1 and λ2 do not tie. */
  isDefined(lane: number): boolean {
    return this.#defined[lane] === 1;
  }

  /** The scores of a lane, to `into`; those of rows that were not drawn mean nothing. */
  scores(lane: number, into: Float64Array): void {
    for (let i = 0; i < into.length; i++) into[i] = this.#scores[i * LANES + lane] as number;
  }

  /** The refitted weights of a lane, after `pc1`. */
  weights(lane: number): Float64Array {
    return Float64Array.from(
      { length: this.#columns.columns },
      (_, j) => this.#v[j * LANES + lane] as number,
    );
  }

  /** Tucker's φ of a lane's weights with the original ones: both are unit vectors. */
  congruence(lane: number): number {
    return Math.min(1, Math.abs(this.#withOriginal(lane)));
  }

  /** The first component's scores of every lane. */
  pc1(): void {
    if (this.#basis === "spearman") this.#rank();
    else this.#standardise();
    const { columns: p, rows: n } = this.#columns;
    const at = (array: Float64Array) => array.byteOffset;
    const { loops } = this.#arena;
    loops.correlate(p, n, at(this.#x), at(this.#counts), at(this.#counted), at(this.#norms), at(this.#r));
    const unsettled = loops.iterate(
      p,
      at(this.#r),
      at(this.#original),
      at(this.#v),
      at(this.#product),
      MOST_STEPS,
      SETTLED,
    );
    for (let lane = 0; lane < LANES; lane++) {
      this.#defined[lane] = (unsettled & (1 << lane)) === 0 || this.#decompose(lane) ? 1 : 0;
      if (this.#withOriginal(lane) < 0) this.#turn(lane);
    }
    if (this.#basis === "spearman") this.#standardise();
    this.#project();
  }

  zmean(): void {
    this.#standardise();
    this.#v.fill(1);
    for (let lane = 0; lane < LANES; lane++) this.#defined[lane] = this.#anyVaries(lane) ? 1 : 0;
    this.#project();
  }

  meanRank(): void {
    this.#rank();
    this.#v.fill(1);
    this.#defined.fill(1);
    this.#project();
  }

  #standardise(): void {
    const { columns: p, rows: n } = this.#columns;
    const { loops } = this.#arena;
    loops.standardise(
      p,
      n,
      this.#values.byteOffset,
      this.#counts.byteOffset,
      this.#sizes.byteOffset,
      this.#x.byteOffset,
    );
  }

  #rank(): void {
    const { columns: p, rows: n } = this.#columns;
    const { loops } = this.#arena;
    loops.rank(
      p,
      n,
      this.#order.byteOffset,
      this.#start.byteOffset,
      this.#tied.byteOffset,
      this.#counts.byteOffset,
      this.#sizes.byteOffset,
      this.#x.byteOffset,
    );
  }

  #project(): void {
    const { columns: p, rows: n } = this.#columns;
    this.#arena.loops.project(p, n, this.#x.byteOffset, this.#v.byteOffset, this.#scores.byteOffset);
  }

  /** Where power iteration did not settle; false where λ1 and λ2 tie or nothing varies. */
  #decompose(lane: number): boolean {
    const p = this.#columns.columns;
    const r = Float64Array.from({ length: p * p }, (_, k) => this.#r[k * LANES + lane] as number);
    const v = new Float64Array(p);
    const found = dominantByDecomposition(r, p, v);
    for (let j = 0; j < p; j++) this.#v[j * LANES + lane] = v[j] as number;
    return found;
  }

  #withOriginal(lane: number): number {
    let sum = 0;
    for (let j = 0; j < this.#original.length; j++) {
      sum += (this.#v[j * LANES + lane] as number) * (this.#original[j] as number);
    }
    return sum;
  }

  #turn(lane: number): void {
    for (let at = lane; at < this.#v.length; at += LANES) this.#v[at] = -(this.#v[at] as number);
  }

  /** Whether any column is not all zeros. */
  #anyVaries(lane: number): boolean {
    for (let at = lane; at < this.#x.length; at += LANES) if (this.#x[at] !== 0) return true;
    return false;
  }
}
