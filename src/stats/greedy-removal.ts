import { SAME } from "./removal-extremes.js";
import type { ShrinkingSample } from "./shrinking-sample.js";

/** Passes over the removed rows that look for a better one in place of each. */
const MOST_PASSES = 10;

export interface RemovalStep {
  /** NaN where the correlation is undefined whichever row is dropped. */
  readonly rho: number;
  /** Ascending. */
  readonly rows: Int32Array;
}

/**
 * Drops one row after another, each time the one whose loss makes the correlation least (direction −1) or greatest (1), the
 * first on equal values. With swaps, every set is then improved: each row dropped comes back in turn for the best other
 * one, until no swap helps. What is found is attained; a more extreme subset may exist.
 */
export class GreedyRemoval {
  readonly #sample: ShrinkingSample;
  readonly #direction: 1 | -1;
  readonly #found: Float64Array;
  readonly #dropped: number[] = [];
  #rho = Number.NaN;

  constructor(sample: ShrinkingSample, direction: 1 | -1) {
    this.#sample = sample;
    this.#direction = direction;
    this.#found = new Float64Array(sample.present.length);
  }

  /** One row more. */
  step(swaps: boolean): RemovalStep {
    const best = this.#best();
    this.#rho = best < 0 ? Number.NaN : (this.#found[best] as number);
    if (best >= 0) {
      this.#drop(best);
      if (swaps) this.#improve();
    }
    return { rho: this.#rho, rows: Int32Array.from(this.#dropped).sort() };
  }

  #improve(): void {
    for (let pass = 0; pass < MOST_PASSES; pass++) {
      let improved = false;
      for (const row of [...this.#dropped].sort((a, b) => a - b)) {
        this.#sample.restore(row);
        this.#dropped.splice(this.#dropped.indexOf(row), 1);
        const best = this.#best();
        const rho = this.#found[best] as number;
        const better = this.#direction * (rho - this.#rho) > SAME;
        this.#drop(better ? best : row);
        if (!better) continue;
        this.#rho = rho;
        improved = true;
      }
      if (!improved) return;
    }
  }

  #drop(row: number): void {
    this.#sample.remove(row);
    this.#dropped.push(row);
  }

  /** −1 where every one leaves the correlation undefined. */
  #best(): number {
    this.#sample.without(this.#found);
    let best = -1;
    let most = Number.NEGATIVE_INFINITY;
    for (let v = 0; v < this.#found.length; v++) {
      const value = this.#direction * (this.#found[v] as number);
      if (value > most + SAME) {
        most = value;
        best = v;
      }
    }
    return best;
  }
}
