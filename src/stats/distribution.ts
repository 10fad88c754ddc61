/** Enough that a bucket holds a handful of 10 000 values, few enough to stay in cache. */
const BUCKETS = 2048;

/**
 * A sample that is asked for a few quantiles and counts: its values are put into buckets once (a counting sort), and only the
 * buckets that an answer falls in are sorted.
 */
export class Distribution {
  /** Bucket b's at starts[b] … starts[b + 1]. */
  readonly #values: Float64Array;
  readonly #starts: Int32Array;
  readonly #isSorted = new Uint8Array(BUCKETS);
  readonly #low: number;
  readonly #scale: number;

  /**
   * @param values at least one, all finite.
   * @throws {RangeError} on an empty sample.
   */
  constructor(values: Float64Array) {
    if (values.length === 0) throw new RangeError("an empty sample has no quantiles");
    const { low, high } = rangeOf(values);
    this.#low = low;
    this.#scale = high > low ? (BUCKETS - 1) / (high - low) : 0;
    this.#starts = countBuckets(values, this.#low, this.#scale);
    this.#values = intoBuckets(values, this.#low, this.#scale, this.#starts);
  }

  /**
   * By linear interpolation of the order statistics (type 7 of Hyndman & Fan 1996, the default of R and numpy).
   *
   * @throws {RangeError} on a probability outside 0…1.
   */
  quantile(p: number): number {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`${p} is not a probability`);
    const place = p * (this.#values.length - 1);
    const low = this.#orderStatistic(Math.floor(place));
    const high = this.#orderStatistic(Math.ceil(place));
    return low + (place - Math.floor(place)) * (high - low);
  }

  /** How many values are below x; one within `tolerance` of it counts half. */
  countBelow(x: number, tolerance: number): number {
    const first = this.#bucketAt(x - tolerance);
    const last = this.#bucketAt(x + tolerance);
    let count = this.#starts[first] as number;
    for (let bucket = first; bucket <= last; bucket++) {
      for (const value of this.#bucket(bucket)) {
        if (Math.abs(value - x) <= tolerance) count += 0.5;
        else if (value < x) count += 1;
      }
    }
    return count;
  }

  /** The k-th smallest value, from 0. */
  #orderStatistic(k: number): number {
    let first = 0;
    let last = BUCKETS - 1;
    while (first < last) {
      const middle = (first + last) >> 1;
      if ((this.#starts[middle + 1] as number) > k) last = middle;
      else first = middle + 1;
    }
    return this.#bucket(first)[k - (this.#starts[first] as number)] as number;
  }

  /** Its values, ascending. */
  #bucket(bucket: number): Float64Array {
    const values = this.#values.subarray(this.#starts[bucket], this.#starts[bucket + 1]);
    if (this.#isSorted[bucket] === 0) values.sort();
    this.#isSorted[bucket] = 1;
    return values;
  }

  #bucketAt(x: number): number {
    return Math.min(BUCKETS - 1, Math.max(0, Math.floor((x - this.#low) * this.#scale)));
  }
}

/**
 * Quantiles of type 7.
 *
 * @example quantiles(Float64Array.of(4, 1, 3, 2), [0.5, 0.25]) // => [2.5, 1.75]
 * @throws {RangeError} on an empty sample, or a probability outside 0…1.
 */
export function quantiles(values: Float64Array, probabilities: readonly number[]): number[] {
  const distribution = new Distribution(values);
  return probabilities.map((p) => distribution.quantile(p));
}

function rangeOf(values: Float64Array): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

function countBuckets(values: Float64Array, low: number, scale: number): Int32Array {
  const starts = new Int32Array(BUCKETS + 1);
  for (let i = 0; i < values.length; i++) {
    const next = ((((values[i] as number) - low) * scale) | 0) + 1;
    starts[next] = (starts[next] as number) + 1;
  }
  for (let b = 0; b < BUCKETS; b++) starts[b + 1] = (starts[b + 1] as number) + (starts[b] as number);
  return starts;
}

function intoBuckets(values: Float64Array, low: number, scale: number, starts: Int32Array): Float64Array {
  const next = starts.slice();
  const placed = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const bucket = ((value - low) * scale) | 0;
    const at = next[bucket] as number;
    placed[at] = value;
    next[bucket] = at + 1;
  }
  return placed;
}
