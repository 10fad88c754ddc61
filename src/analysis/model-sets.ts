import * as z from "zod";
import { modelSetHash } from "../matrix/digest.js";
import type { Warning } from "../matrix/warning.js";
import { correlation } from "../stats/correlation.js";
import { SAME } from "../stats/removal-extremes.js";
import { nullableNumber } from "./answer.js";
import type { Fit } from "./fit.js";
import type { FixedSample } from "./fixed-sample.js";
import { unknownNames } from "./nearest-names.js";
import type { ComputeOptions } from "./options.js";
import { RANDOM_SETS, type SensitivityPlan } from "./sensitivity-plan.js";

export const submittedSet = z
  .object({
    models: z
      .array(z.string())
      .meta({ description: "Those of the set that have score and benchmark, by name" }),
    modelSetHash: z.string(),
    n: z.number().int(),
    rho: nullableNumber.meta({ description: "On the set alone, the score fitted on the whole class" }),
    randomSets: z
      .number()
      .int()
      .nullable()
      .meta({ description: `Of ${RANDOM_SETS}, those with a correlation` }),
    reason: z.string().nullable(),
  })
  .meta({ id: "SubmittedSet" });
export type SubmittedSet = z.infer<typeof submittedSet>;

/** Places in the sample of the models that were submitted. @throws {DomainError} `unknownName`. */
export function placesOf(sample: FixedSample, fitted: Fit, submitted: readonly string[]): number[] {
  const known = fitted.slice.models.map(({ model }) => model);
  unknownNames([{ parameter: "model", given: submitted, known }]).throwIfAny("unknownName");
  const wanted = new Set(submitted);
  return sample.models.flatMap(({ model }, i) => (wanted.has(model) ? [i] : []));
}

/** The correlation on a submitted set of models, and its place among random sets of that size (METHODS §7). */
export function gamingPercentile(
  { x, y, models }: FixedSample,
  places: readonly number[],
  plan: SensitivityPlan | null,
  { correlation: method }: ComputeOptions,
): { percentile: number | null; submitted: SubmittedSet } {
  const at = (values: Float64Array) => Float64Array.from(places, (i) => values[i] as number);
  const rho = plan === null ? null : correlation(at(x), at(y), method);
  const drawn = plan?.sets.filter((value) => !Number.isNaN(value)) ?? new Float64Array(0);
  const isPlaced = rho !== null && drawn.length > 0;
  const names = places.map((i) => models[i]?.model as string);
  return {
    percentile: isPlaced ? percentileAmong(drawn, rho) : null,
    submitted: {
      models: names,
      modelSetHash: modelSetHash(names),
      n: places.length,
      rho,
      randomSets: isPlaced ? drawn.length : null,
      reason:
        rho !== null ? null : plan === null ? "undefined" : places.length < 3 ? "tooFewModels" : "constant",
    },
  };
}

/** (#{<} + ½ #{=})/B; equal within rounding is equal. */
function percentileAmong(values: Float64Array, rho: number): number {
  let below = 0;
  let equal = 0;
  for (const value of values) {
    if (Math.abs(value - rho) <= SAME) equal += 1;
    else if (value < rho) below += 1;
  }
  return (below + equal / 2) / values.length;
}

/** Submitted models that cannot count. */
export function leftOutOfSet(submitted: readonly string[], used: readonly string[]): Warning[] {
  const counted = new Set(used);
  const names = [...new Set(submitted)].filter((name) => !counted.has(name));
  if (names.length === 0) return [];
  const message = "submitted, but without a score or without the benchmark: not in the set that was compared";
  return [{ code: "modelsDropped", message, count: names.length, names: names.slice(0, 10) }];
}
