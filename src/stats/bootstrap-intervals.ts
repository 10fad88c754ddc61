import type { Interval } from "./correlation-interval.js";
import { Distribution, quantiles } from "./distribution.js";
import { normalCdf, normalQuantile } from "./normal.js";

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
  const distribution = new Distribution(replicates);
  const at = ([low, high]: readonly [number, number]) => ({
    low: distribution.quantile(low),
    high: distribution.quantile(high),
  });
  const acceleration = accelerationOf(jackknife);
  if (acceleration === null) return { percentile: at(tails), bca: null };
  const bias = biasOf(distribution.countBelow(estimate, EQUAL), replicates.length);
  return { percentile: at(tails), bca: at(adjusted(tails, bias, acceleration)) };
}

/** The percentile interval alone. @param replicates at least one, all finite. */
export function percentileInterval(replicates: Float64Array, level: number): Interval {
  const [low, high] = quantiles(replicates, [(1 - level) / 2, (1 + level) / 2]) as [number, number];
  return { low, high };
}

/** z0: how far from the middle of its replicates the estimate lies. */
function biasOf(below: number, replicates: number): number {
  const least = 1 / (2 * replicates);
  return normalQuantile(Math.min(1 - least, Math.max(least, below / replicates)));
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

function adjusted(tails: readonly [number, number], bias: number, acceleration: number): [number, number] {
  const [low, high] = tails.map((tail) => {
    const z = bias + normalQuantile(tail);
    return normalCdf(bias + z / (1 - acceleration * z));
  }) as [number, number];
  return [low, high];
}
