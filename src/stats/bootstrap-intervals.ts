import type { Interval } from "./correlation-interval.js";
import { normalCdf, normalQuantile } from "./normal.js";
import { quantiles } from "./quantiles.js";

/** Replicates nearer than this to the estimate are equal to it, and count half. */
const EQUAL = 1e-12;

export interface Bootstrapped {
  readonly estimate: number;
  /** The usable replicates. */
  readonly replicates: Float64Array;
  /** The estimate with each model (or cluster) left out. */
  readonly jackknife: Float64Array;
}

/**
 * The percentile and the bias-corrected and accelerated interval of a bootstrapped estimate.
 * BCa is `null` where no deletion has an estimate, since its acceleration then is undefined.
 *
 * Source: Efron 1987, Better bootstrap confidence intervals; METHODS §5.
 * @param level coverage, a fraction such as 0.95.
 */
export function bootstrapIntervals(
  { estimate, replicates, jackknife }: Bootstrapped,
  level: number,
): { percentile: Interval; bca: Interval | null } {
  const tails = [(1 - level) / 2, (1 + level) / 2] as const;
  const acceleration = accelerationOf(jackknife);
  const adjusted = acceleration === null ? [] : adjust(tails, biasOf(estimate, replicates), acceleration);
  const [low, high, bcaLow, bcaHigh] = quantiles(replicates, [...tails, ...adjusted]) as [
    number,
    number,
    number?,
    number?,
  ];
  const bca = bcaLow === undefined || bcaHigh === undefined ? null : { low: bcaLow, high: bcaHigh };
  return { percentile: { low, high }, bca };
}

/** The percentile interval alone. @param replicates at least one, all finite. */
export function percentileInterval(replicates: Float64Array, level: number): Interval {
  const [low, high] = quantiles(replicates, [(1 - level) / 2, (1 + level) / 2]) as [number, number];
  return { low, high };
}

/** z0: how far from the middle of its replicates the estimate lies. */
function biasOf(estimate: number, replicates: Float64Array): number {
  let below = 0;
  for (let b = 0; b < replicates.length; b++) {
    const value = replicates[b] as number;
    if (Math.abs(value - estimate) <= EQUAL) below += 0.5;
    else if (value < estimate) below += 1;
  }
  const least = 1 / (2 * replicates.length);
  return normalQuantile(Math.min(1 - least, Math.max(least, below / replicates.length)));
}

/**
 * a: the skewness of the jackknife over 6. Deletions without an estimate (NaN) are left out; 0 where the others do not vary,
 * `null` where there are none.
 */
export function accelerationOf(jackknife: Float64Array): number | null {
  const defined = jackknife.filter((value) => !Number.isNaN(value));
  if (defined.length === 0) return null;
  const mean = defined.reduce((sum, value) => sum + value, 0) / defined.length;
  const differences = defined.map((value) => mean - value);
  if (differences.every((d) => Math.abs(d) <= EQUAL)) return 0;
  const squares = differences.reduce((sum, d) => sum + d * d, 0);
  return differences.reduce((sum, d) => sum + d ** 3, 0) / (6 * squares ** 1.5);
}

function adjust(tails: readonly number[], bias: number, acceleration: number): number[] {
  return tails.map((tail) => {
    const z = bias + normalQuantile(tail);
    return normalCdf(bias + z / (1 - acceleration * z));
  });
}
