import type { SuitePlan } from "./suite-plan.js";
import type { SuiteRow } from "./suites.js";

/** What the best suite is worth out of fold, and what selection added; by rule. */
export function suitesConclusion(
  rows: readonly SuiteRow[],
  plan: Pick<SuitePlan, "folds" | "exhaustive" | "possible" | "columns"> | null,
  reason: string | null,
): string {
  const [best] = rows;
  if (best === undefined || plan === null) return `There is no suite to name (${reason}).`;
  const { folds, exhaustive, possible, columns } = plan;
  return [
    `Of ${possible.toLocaleString("en")} suites of ${best.benchmarks.length} among ${columns.length} benchmarks (${exhaustive ? "all tried" : "searched by swaps, not all tried"}), ${best.benchmarks.join(" + ")} follows the score least where it was selected: ρ = ${figure(best.rhoOptimised)}, α = ${figure(best.alpha)}.`,
    best.rhoOutOfFold === null
      ? "What that is worth on other models cannot be said: there are too few to hold any out."
      : `Selected without them, on ${best.n} held-out models (${folds.count} folds by ${folds.by}) it is ρ = ${figure(best.rhoOutOfFold)}${bounds(best)}: ${reading(best)}.`,
    ...(best.cancels
      ? ["Its low ρ comes from members that follow capability in opposite directions, which cancel."]
      : []),
    ...(best.rhoOutOfFold === null
      ? []
      : [
          best.foldsAgreeing * 2 < folds.count
            ? `Only ${best.foldsAgreeing} of ${folds.count} folds select the same suite: the choice is not stable.`
            : `${best.foldsAgreeing} of ${folds.count} folds select the same suite.`,
        ]),
    "A suite that does not follow capability is not by that a measure of safety.",
  ].join(" ");
}

/** Of the size that METHODS §5 calls low. */
const LOW = 0.4;

function reading({ interval, rhoOptimised, rhoOutOfFold }: SuiteRow): string {
  const grown = Math.abs(rhoOutOfFold ?? 0) > Math.abs(rhoOptimised) + 0.1 ? "selection flattered it; " : "";
  if (interval === null) return `${grown}too few models for an interval`;
  if (interval.low > -LOW && interval.high < LOW) return `${grown}low for models like these`;
  if (interval.low > LOW || interval.high < -LOW) return `${grown}not low`;
  return `${grown}the interval reaches ±${LOW}, so that it is not shown to be low`;
}

function bounds({ interval }: SuiteRow): string {
  return interval === null ? "" : ` [${figure(interval.low)}, ${figure(interval.high)}]`;
}

function figure(value: number): string {
  return value.toFixed(3).replace("-", "−");
}
