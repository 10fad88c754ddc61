import type { IntervalTally, TargetTally } from "./tally.js";

/** What was to be met, fixed before the simulation was run. */
export const LEAST_COVERAGE = 0.925;
export const MOST_COVERAGE = 0.975;
export const MOST_MISSED_ON_A_SIDE = 0.04;
/** Of a false `entangled`, and of a false `distinct`, where ρ lies on τ; and the same with two Monte Carlo standard errors. */
export const MOST_FALSE = 0.025;
export const LEAST_UNIFORMITY_P = 0.01;

export function mostFalse(matrices: number): number {
  return MOST_FALSE + 2 * Math.sqrt((MOST_FALSE * (1 - MOST_FALSE)) / matrices);
}

/** Which bounds an interval misses; none where it does what it says. */
export function missedBounds({ coverage, below, above }: IntervalTally): string[] {
  return [
    ...(coverage.rate < LEAST_COVERAGE ? ["covers too little"] : []),
    ...(coverage.rate > MOST_COVERAGE ? ["covers too much"] : []),
    ...(below.rate > MOST_MISSED_ON_A_SIDE ? ["too often above the truth"] : []),
    ...(above.rate > MOST_MISSED_ON_A_SIDE ? ["too often below the truth"] : []),
  ];
}

export function missedVerdictBounds({ verdicts }: TargetTally): string[] {
  return (["entangled", "distinct"] as const).filter(
    (verdict) => verdicts[verdict].rate > mostFalse(verdicts[verdict].of),
  );
}
