import { midranks } from "../stats/ranks.js";

/** Score and benchmark of the models that have both, with their ranks among these. */
export class Pairs {
  readonly x: Float64Array;
  readonly y: Float64Array;
  #rankX: Float64Array | null;
  #rankY: Float64Array | null = null;

  constructor(x: Float64Array, y: Float64Array, rankX: Float64Array | null = null) {
    this.x = x;
    this.y = y;
    this.#rankX = rankX;
  }

  get n(): number {
    return this.x.length;
  }

  get rankX(): Float64Array {
    this.#rankX ??= midranks(this.x);
    return this.#rankX;
  }

  get rankY(): Float64Array {
    this.#rankY ??= midranks(this.y);
    return this.#rankY;
  }
}

/** Pairs one score with benchmark after benchmark; those that every model has share the score's ranks. */
export class Pairing {
  readonly #score: Float64Array;
  readonly #whole: Pairs;

  /** @param score one value a model, NaN where it has none. */
  constructor(score: Float64Array) {
    this.#score = score;
    const present = score.filter((value) => !Number.isNaN(value));
    this.#whole = new Pairs(present, present);
  }

  with(target: Float64Array): Pairs {
    const score = this.#score;
    const x = new Float64Array(score.length);
    const y = new Float64Array(score.length);
    let n = 0;
    for (let i = 0; i < score.length; i++) {
      if (Number.isNaN(score[i]) || Number.isNaN(target[i])) continue;
      x[n] = score[i] as number;
      y[n] = target[i] as number;
      n += 1;
    }
    const whole = n === this.#whole.n && n > 0;
    return new Pairs(x.subarray(0, n), y.subarray(0, n), whole ? this.#whole.rankX : null);
  }
}
