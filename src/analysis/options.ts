import * as z from "zod";
import { CORRELATION_METHODS } from "../stats/correlation.js";
import { BASES } from "../stats/principal-component.js";
import { FITTED_MEASURES, type Measure } from "./measure.js";

const measure = z.union([z.enum(FITTED_MEASURES), z.templateLiteral(["named:", z.string().min(1)])]).meta({
  description:
    "What stands for capability: the first principal component, an average, or `named:<benchmark>`",
});

/** Compute options that every question shares: part of an answer, and of the key it is kept under. */
export const computeOptions = z.strictObject({
  basis: z
    .enum(BASES)
    .default("spearman")
    .meta({ description: "Correlation of the capability benchmarks that is decomposed" }),
  capability: z.array(z.string()).default([]).meta({
    description:
      "Repeat: exactly these benchmarks make the capabilities score, instead of those of kind `capability`",
  }),
  measure: measure.default("pc1"),
  correlation: z
    .enum(CORRELATION_METHODS)
    .default("spearman")
    .meta({ description: "Coefficient reported as `rho`" }),
  exclude: z
    .array(z.string())
    .default([])
    .meta({ description: "Repeat: models to leave out, as if they had not been posted" }),
  seed: z.coerce
    .number()
    .int()
    .min(0)
    .max(4_294_967_295)
    .default(0)
    .meta({ description: "Seed of everything random" }),
  resamples: z.coerce
    .number()
    .int()
    .min(0)
    .max(100_000)
    .default(10_000)
    .meta({ description: "Bootstrap resamples; 0 gives closed forms only" }),
  level: z.coerce
    .number()
    .min(0.5)
    .max(0.999)
    .default(0.95)
    .meta({ description: "Coverage of intervals, a fraction" }),
  threshold: z.coerce
    .number()
    .gt(0)
    .lt(1)
    .default(0.4)
    .meta({ description: "τ: |ρ| below it counts as low (Ren et al. 2024)" }),
  fdrFamily: z
    .enum(["all", "kind"])
    .default("all")
    .meta({ description: "Which tests share one false discovery rate" }),
  resampleBy: z.enum(["models", "families"]).default("models").meta({
    description:
      "What a resample draws: models, or whole families with all their models (models of one family are not independent)",
  }),
});

export type ComputeOptions = Omit<z.infer<typeof computeOptions>, "measure"> & { readonly measure: Measure };

const NAMES = Object.keys(computeOptions.shape);

/** The compute options, shared and a question's own, among a request's parameters, which also say what to show of the answer. */
export function computeOptionsAmong(
  parameters: ComputeOptions & Readonly<Record<string, unknown>>,
  own: z.ZodRawShape = {},
): ComputeOptions {
  const names = [...NAMES, ...Object.keys(own)].filter((name) => parameters[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, parameters[name]])) as unknown as ComputeOptions;
}
