import { CentredRanks } from "./centred-ranks.js";
import { cronbachAlpha } from "./cronbach-alpha.js";
import { zScores } from "./sample.js";

/** Benchmarks that may stand in a suite, and the score that it should not follow, over n models. */
export interface SuiteCandidates {
  readonly models: number;
  readonly benchmarks: number;
  /** Benchmarks × models, none missing. */
  readonly values: Float64Array;
  readonly score: Float64Array;
  /** Benchmarks × benchmarks: 1 where one is made of the other. */
  readonly excluded: Uint8Array;
}

/** The candidates over some of the models: what a suite's ρ and α are computed from. */
export class SuiteSample {
  /** Benchmarks that vary over these models. */
  readonly usable: readonly number[];
  readonly #z: readonly (Float64Array | null)[];
  readonly #r: Float64Array;
  readonly #benchmarks: number;
  readonly #excluded: Uint8Array;
  readonly #score: Float64Array;
  readonly #scoreSquare: number;
  readonly #ranks: CentredRanks;

  constructor({ models, benchmarks, values, score, excluded }: SuiteCandidates, rows: Int32Array) {
    const at = (from: Float64Array, offset: number) =>
      Float64Array.from(rows, (i) => from[offset + i] as number);
    this.#benchmarks = benchmarks;
    this.#excluded = excluded;
    this.#z = Array.from({ length: benchmarks }, (_, j) => zScores(at(values, j * models)));
    this.usable = [...this.#z.keys()].filter((j) => this.#z[j] !== null);
    this.#r = correlationsOf(this.#z, rows.length);
    this.#ranks = new CentredRanks(rows.length);
    this.#score = this.#ranks.of(at(score, 0)).slice();
    this.#scoreSquare = this.#score.reduce((sum, rank) => sum + rank * rank, 0);
  }

  get models(): number {
    return this.#score.length;
  }

  z(benchmark: number): Float64Array {
    return this.#z[benchmark] as Float64Array;
  }

  r(a: number, b: number): number {
    return this.#r[a * this.#benchmarks + b] as number;
  }

  isExcluded(a: number, b: number): boolean {
    return this.#excluded[a * this.#benchmarks + b] === 1;
  }

  alpha(members: readonly number[]): number {
    let sum = 0;
    members.forEach((a, k) => {
      for (const b of members.slice(k + 1)) sum += this.r(a, b);
    });
    const k = members.length;
    return cronbachAlpha(k, sum / ((k * (k - 1)) / 2));
  }

  /** Spearman's ρ of the score with a sum of z-scores; NaN where either does not vary. */
  rho(sum: Float64Array): number {
    const ranks = this.#ranks.of(sum);
    let [product, square] = [0, 0];
    for (let i = 0; i < ranks.length; i++) {
      const rank = ranks[i] as number;
      product += rank * (this.#score[i] as number);
      square += rank * rank;
    }
    return product / Math.sqrt(square * this.#scoreSquare);
  }

  /** Of the members' z-scores with equal weights, added in their order. */
  rhoOf(members: readonly number[]): number {
    const sum = new Float64Array(this.models);
    for (const j of members) addInto(sum, sum, this.z(j));
    return this.rho(sum);
  }
}

export function addInto(into: Float64Array, a: Float64Array, b: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] = (a[i] as number) + (b[i] as number);
}

/** Pearson's r of every pair; 0 with one that does not vary. */
function correlationsOf(z: readonly (Float64Array | null)[], n: number): Float64Array {
  const m = z.length;
  const r = new Float64Array(m * m);
  for (let a = 0; a < m; a++) {
    for (let b = 0; b < a; b++) {
      const [x, y] = [z[a], z[b]];
      if (x == null || y == null) continue;
      let sum = 0;
      for (let i = 0; i < n; i++) sum += (x[i] as number) * (y[i] as number);
      r[a * m + b] = sum / n;
      r[b * m + a] = sum / n;
    }
  }
  return r;
}
