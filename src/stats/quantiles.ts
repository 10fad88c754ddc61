/** Enough that a bucket holds a handful of 10 000 values, few enough to stay in cache. */
const BUCKETS = 2048;

/**
 * Quantiles of a sample by linear interpolation of the order statistics (type 7 of Hyndman & Fan 1996, the default of R
 * and numpy). Values are counted into buckets and only the buckets that a quantile falls in are sorted: O(n) for few quantiles.
 *
 * @param values at least one, all finite.
 * @example quantiles(Float64Array.of(4, 1, 3, 2), [0.5, 0.25]) // => [2.5, 1.75]
 * @throws {RangeError} on an empty sample, or a probability outside 0…1.
 */
export function quantiles(values: Float64Array, probabilities: readonly number[]): number[] {
  if (values.length === 0) throw new RangeError("an empty sample has no quantiles");
  const places = probabilities.map((p) => {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`${p} is not a probability`);
    return p * (values.length - 1);
  });
  const wanted = places.flatMap((place) => [Math.floor(place), Math.ceil(place)]);
  const statistics = orderStatistics(values, wanted);
  return places.map((place) => {
    const low = statistics.get(Math.floor(place)) as number;
    const high = statistics.get(Math.ceil(place)) as number;
    return low + (place - Math.floor(place)) * (high - low);
  });
}

/** The k-th smallest values for each k wanted, from 0. */
function orderStatistics(values: Float64Array, wanted: readonly number[]): ReadonlyMap<number, number> {
  const bucketOf = new Uint16Array(values.length);
  const starts = countBuckets(values, bucketOf);
  const gathered = new Map<number, number[]>();
  for (const k of wanted) gathered.set(bucketHolding(starts, k), []);
  gather(values, bucketOf, gathered);
  const sorted = new Map([...gathered].map(([bucket, some]) => [bucket, Float64Array.from(some).sort()]));
  return new Map(
    wanted.map((k) => {
      const bucket = bucketHolding(starts, k);
      return [k, sorted.get(bucket)?.[k - (starts[bucket] as number)] as number];
    }),
  );
}

/** How many values lie below each bucket; each value's own bucket is written to `bucketOf`. */
function countBuckets(values: Float64Array, bucketOf: Uint16Array): Int32Array {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const scale = high > low ? (BUCKETS - 1) / (high - low) : 0;
  const starts = new Int32Array(BUCKETS + 1);
  for (let i = 0; i < values.length; i++) {
    const bucket = Math.floor(((values[i] as number) - low) * scale);
    bucketOf[i] = bucket;
    starts[bucket + 1] = (starts[bucket + 1] as number) + 1;
  }
  for (let b = 0; b < BUCKETS; b++) starts[b + 1] = (starts[b + 1] as number) + (starts[b] as number);
  return starts;
}

function gather(values: Float64Array, bucketOf: Uint16Array, into: ReadonlyMap<number, number[]>): void {
  const isWanted = new Uint8Array(BUCKETS);
  for (const bucket of into.keys()) isWanted[bucket] = 1;
  for (let i = 0; i < values.length; i++) {
    const bucket = bucketOf[i] as number;
    if (isWanted[bucket] === 1) into.get(bucket)?.push(values[i] as number);
  }
}

function bucketHolding(starts: Int32Array, k: number): number {
  let first = 0;
  let last = BUCKETS - 1;
  while (first < last) {
    const middle = (first + last) >> 1;
    if ((starts[middle + 1] as number) > k) last = middle;
    else first = middle + 1;
  }
  return first;
}
