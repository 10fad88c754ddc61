import * as z from "zod";
import { correlation } from "../stats/correlation.js";
import { shrinkingSample } from "../stats/shrinking-sample.js";
import { nullableNumber } from "./answer.js";
import type { FixedSample } from "./fixed-sample.js";
import type { ComputeOptions } from "./options.js";
import { declaredFamilies, type SensitivityPlan } from "./sensitivity-plan.js";

const fixedRho = nullableNumber
  .optional()
  .meta({ description: "With `refit=true`: the same with the score held fixed" });

export const leftOutModel = z
  .object({ model: z.string(), rho: nullableNumber, fixedRho })
  .meta({ id: "LeftOutModel" });
export const leftOutFamily = z
  .object({
    family: z.string(),
    models: z.array(z.string()).meta({ description: "Its models that have score and benchmark" }),
    n: z.number().int().meta({ description: "Models that are left" }),
    rho: nullableNumber,
    fixedRho,
  })
  .meta({ id: "LeftOutFamily" });
export type LeftOutFamily = z.infer<typeof leftOutFamily>;

/** The correlation without each model; null where it is undefined. */
export function withoutEachModel(
  { x, y, models }: FixedSample,
  plan: SensitivityPlan | null,
  { correlation: method }: ComputeOptions,
): z.infer<typeof leftOutModel>[] {
  const fixed = new Float64Array(models.length);
  if (plan === null) fixed.fill(Number.NaN);
  else shrinkingSample(x, y, method).without(fixed);
  return models.map(({ model }, i) => ({ model, ...both(fixed[i] as number, plan, i) }));
}

/** The correlation without each declared family. */
export function withoutEachFamily(
  sample: FixedSample,
  plan: SensitivityPlan | null,
  { correlation: method }: ComputeOptions,
): LeftOutFamily[] {
  const { x, y, models } = sample;
  return declaredFamilies(sample).map((family, f) => {
    const keeps = (_: number, i: number) => models[i]?.family !== family;
    const left = { x: x.filter(keeps), y: y.filter(keeps) };
    const fixed = plan === null ? Number.NaN : (correlation(left.x, left.y, method) ?? Number.NaN);
    return {
      family,
      models: models.flatMap((model) => (model.family === family ? [model.model] : [])),
      n: left.x.length,
      ...both(fixed, plan, models.length + f),
    };
  });
}

function both(fixed: number, plan: SensitivityPlan | null, deletion: number) {
  const refits = plan?.refits ?? null;
  if (refits === null) return { rho: known(fixed) };
  return { rho: known(refits.rho[deletion] as number), fixedRho: known(fixed) };
}

function known(rho: number): number | null {
  return Number.isNaN(rho) ? null : Math.max(-1, Math.min(1, rho));
}
