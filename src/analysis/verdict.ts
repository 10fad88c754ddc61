import type { Interval } from "../stats/correlation-interval.js";

export const VERDICTS = ["entangled", "inverse", "distinct", "undecided"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Below this many models the verdict is `undecided`, whatever the interval. */
export const LEAST_FOR_VERDICT = 10;
/** .4 is a convention: the verdict is given for these as well. */
export const OTHER_THRESHOLDS = [0.2, 0.3, 0.4, 0.5, 0.6] as const;

/**
 * What the interval of a correlation says at threshold τ: all of it above τ, all of it below −τ, all of it inside ±τ
 * (an equivalence claim: two one-sided tests), or none of these. Strict: a bound on τ decides nothing.
 *
 * Source: METHODS §5; Schuirmann 1987 for the equivalence test.
 */
export function verdictAt({ low, high }: Interval, n: number, threshold: number): Verdict {
  if (n < LEAST_FOR_VERDICT) return "undecided";
  if (low > threshold) return "entangled";
  if (high < -threshold) return "inverse";
  return low > -threshold && high < threshold ? "distinct" : "undecided";
}
