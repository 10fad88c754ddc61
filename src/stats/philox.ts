const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;
const TWO_32 = 2 ** 32;

/**
 * Philox4x32-10 of a counter and a key, four words to `out`. Counter-based: any block of any stream is reached at once,
 * so what is drawn does not depend on who drew what before.
 *
 * Source: Salmon, Moraes, Dror & Shaw 2011, Parallel random numbers: as easy as 1, 2, 3.
 */
export function philox(counter: Uint32Array, key: Uint32Array, out: Uint32Array): void {
  let [c0, c1, c2, c3] = counter as unknown as [number, number, number, number];
  let [k0, k1] = key as unknown as [number, number];
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = highWord(MULTIPLIER_0, c0);
    const high1 = highWord(MULTIPLIER_1, c2);
    const low0 = Math.imul(MULTIPLIER_0, c0);
    const low1 = Math.imul(MULTIPLIER_1, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** The upper half of a 64-bit product; every step is a whole number below 2⁵³. */
function highWord(a: number, b: number): number {
  const low = a * (b & 0xffff);
  return Math.floor((a * (b >>> 16) + Math.floor(low / 65_536)) / 65_536);
}

/** What the streams of one seed are for: two purposes never share a number. */
export const STREAMS = {
  bootstrap: 1,
  permutation: 2,
  parallelAnalysis: 3,
  splitHalf: 4,
  simulation: 5,
  withinGroups: 61,
  treatmentOrder: 31,
  signFlip: 32,
  referenceBand: 21,
  modelSets: 22,
} as const;
export type StreamPurpose = keyof typeof STREAMS;

/** The random numbers of a seed and purpose, as one stream for each index: `at(b)` moves to the beginning of stream b. */
export class RandomStream {
  readonly #key: Uint32Array;
  readonly #counter = new Uint32Array(4);
  readonly #words = new Uint32Array(4);
  #used = 4;

  constructor(seed: number, purpose: StreamPurpose) {
    this.#key = Uint32Array.of(seed, STREAMS[purpose]);
  }

  at(index: number): this {
    this.#counter[0] = 0;
    this.#counter[1] = 0;
    this.#counter[2] = index;
    this.#counter[3] = Math.floor(index / TWO_32);
    this.#used = 4;
    return this;
  }

  /** 32 random bits. */
  word(): number {
    if (this.#used === 4) {
      philox(this.#counter, this.#key, this.#words);
      this.#counter[0] = ((this.#counter[0] as number) + 1) >>> 0;
      this.#used = 0;
    }
    return this.#words[this.#used++] as number;
  }

  /** A whole number from 0 to n − 1, each with the same probability (Lemire 2019); n at most 2²¹. */
  below(n: number): number {
    const refused = TWO_32 % n;
    for (;;) {
      const product = this.word() * n;
      const high = Math.floor(product / TWO_32);
      if (product - high * TWO_32 >= refused) return high;
    }
  }

  /** Strictly between 0 and 1, 53 bits. */
  uniform(): number {
    const high = this.word() >>> 5;
    const low = this.word() >>> 6;
    return (high * 67_108_864 + low + 0.5) / 9_007_199_254_740_992;
  }

  /** 0 … n − 1 in random order (Fisher–Yates), written to `order`. */
  shuffle(order: Int32Array): void {
    for (let i = 0; i < order.length; i++) order[i] = i;
    for (let i = order.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = order[i] as number;
      order[i] = order[j] as number;
      order[j] = kept;
    }
  }
}
