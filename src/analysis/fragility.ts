import * as z from "zod";
import type { CorrelationMethod } from "../stats/correlation.js";
import { correlationInterval } from "../stats/correlation-interval.js";
import { SAME } from "../stats/removal-extremes.js";
import type { ComputeOptions } from "./options.js";
import { extremesOf } from "./sensitivity-bounds.js";
import { exactlySearched, LEAST_LEFT, type SensitivityPlan } from "./sensitivity-plan.js";
import { LEAST_FOR_VERDICT, VERDICTS, type Verdict, verdictAt } from "./verdict.js";

const least = z.number().int().nullable();

export const fragilityShape = z
  .object({
    toThreshold: least.meta({
      description: "Least number of models whose loss can move |ρ| to the other side of τ",
    }),
    toZero: least.meta({ description: "… can turn the sign of ρ" }),
    toVerdict: least.meta({
      description: `… can change the verdict by the closed-form interval, with ${LEAST_FOR_VERDICT} models left at least; null for a part of the score`,
    }),
    verdict: z.enum(VERDICTS).nullable().meta({ description: "Of all models, by that interval" }),
    exactTo: z.number().int().meta({
      description: "Every subset was looked at up to this many dropped; a number above it is an upper bound",
    }),
    searchedTo: z
      .number()
      .int()
      .meta({ description: "A null means: not with as many as this dropped, as far as was searched" }),
  })
  .meta({ id: "Fragility" });
export type Fragility = z.infer<typeof fragilityShape>;

/** How few models need to go until |ρ| changes its side of τ, its sign, or its verdict (METHODS §7). */
export function fragilityOf(plan: SensitivityPlan, isPart: boolean, options: ComputeOptions): Fragility {
  const { rho, method } = plan;
  const n = plan.x.length;
  const { threshold } = options;
  const verdict = isPart ? null : closedVerdict(rho, n, options);
  const values = attainedValues(plan);
  const leastWhere = (holds: (rho: number, left: number) => boolean) => {
    const at = values.findIndex((some, k) => some.some((value) => holds(value, n - k - 1)));
    return at < 0 ? null : at + 1;
  };
  return {
    toThreshold: leastWhere((value) => Math.abs(value) < threshold !== Math.abs(rho) < threshold),
    toZero: Math.abs(rho) <= SAME ? null : leastWhere((value) => value * Math.sign(rho) < -SAME),
    toVerdict:
      verdict === null || n < LEAST_FOR_VERDICT
        ? null
        : leastWhere(
            (value, left) => left >= LEAST_FOR_VERDICT && closedVerdict(value, left, options) !== verdict,
          ),
    verdict: closedFormExists(n, method) ? verdict : null,
    exactTo: exactlySearched(plan.searches),
    searchedTo: values.length,
  };
}

/** For each number of models dropped, attained correlations that decide every question asked here: both ends, and the nearest to 0. */
function attainedValues(plan: SensitivityPlan): number[][] {
  const searched = plan.searches.map((search) => {
    const { low, high, nearest } = extremesOf(plan, search);
    return [low, high, nearest].filter((value) => !Number.isNaN(value));
  });
  const steps = plan.path.length / 2;
  const walked = Array.from({ length: Math.max(0, steps - searched.length) }, (_, k) =>
    [plan.path[searched.length + k] as number, plan.path[steps + searched.length + k] as number].filter(
      (value) => !Number.isNaN(value),
    ),
  );
  return [...searched, ...walked];
}

function closedFormExists(n: number, method: CorrelationMethod): boolean {
  return n >= LEAST_LEFT && correlationInterval(0, n, 0.95, method) !== null;
}

/** A perfect correlation has no interval: it is taken as a point. */
function closedVerdict(rho: number, n: number, { level, threshold, correlation }: ComputeOptions): Verdict {
  const interval = correlationInterval(rho, n, level, correlation) ?? { low: rho, high: rho };
  return verdictAt(interval, n, threshold);
}
