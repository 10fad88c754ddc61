import { bootstrapIntervals, percentileInterval } from "../stats/bootstrap-intervals.js";
import type { Interval } from "../stats/correlation-interval.js";
import type { Draws } from "./draws.js";
import type { Measure } from "./measure.js";
import { OTHER_THRESHOLDS, type Verdict, verdictAt } from "./verdict.js";

/** Below this share of usable resamples an interval would speak of the resamples that happened to be defined. */
const LEAST_USABLE = 0.8;

export interface Resampled {
  readonly usableResamples: number;
  readonly percentile: Interval | null;
  readonly bca: Interval | null;
}

/** The intervals of one benchmark's correlation; `null` where nothing was resampled. */
export function resampledIntervals(
  draws: Draws,
  measure: Measure,
  column: number,
  estimate: number,
  level: number,
): Resampled | null {
  const all = draws.replicates(measure, column);
  const jackknife = draws.jackknife(measure, column);
  if (all === null || jackknife === null) return null;
  const replicates = usable(all);
  if (!enough(replicates, all)) return { usableResamples: replicates.length, percentile: null, bca: null };
  return {
    usableResamples: replicates.length,
    ...bootstrapIntervals({ estimate, replicates, jackknife }, level),
  };
}

/** The verdict's interval alone. */
export function percentileOf(draws: Draws, measure: Measure, column: number, level: number): Interval | null {
  const all = draws.replicates(measure, column);
  const replicates = all === null ? null : usable(all);
  return all === null || replicates === null || !enough(replicates, all)
    ? null
    : percentileInterval(replicates, level);
}

/** The defined ones among replicates. */
export function usable(replicates: Float64Array): Float64Array {
  for (let b = 0; b < replicates.length; b++) {
    if (Number.isNaN(replicates[b])) return replicates.filter((value) => !Number.isNaN(value));
  }
  return replicates;
}

export function enough(usable: Float64Array, all: Float64Array): boolean {
  return usable.length > 0 && usable.length >= LEAST_USABLE * all.length;
}

export interface Judged {
  readonly verdict: Verdict | null;
  readonly verdictByThreshold: { threshold: number; verdict: Verdict }[] | null;
}

/** The verdict at τ and at the other thresholds; `null` without an interval. */
export function judged(interval: Interval | null, n: number, threshold: number): Judged {
  if (interval === null) return { verdict: null, verdictByThreshold: null };
  return {
    verdict: verdictAt(interval, n, threshold),
    verdictByThreshold: OTHER_THRESHOLDS.map((other) => ({
      threshold: other,
      verdict: verdictAt(interval, n, other),
    })),
  };
}
