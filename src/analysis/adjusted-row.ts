import * as z from "zod";
import { KINDS } from "../matrix/score-matrix.js";
import { interval, nullableNumber } from "./answer.js";
import { COVARIATES } from "./covariates.js";

const collinearity = z
  .object({
    covariate: z.enum([...COVARIATES, "all"]).meta({ description: "`all`: what is given, together" }),
    rho: nullableNumber.meta({
      description: "Spearman of the score with it, on these models; null for groups",
    }),
    vif: nullableNumber.meta({
      description:
        "Variance inflation 1/(1 − R²) of the score's ranks; null where the score is explained wholly",
    }),
  })
  .meta({ id: "Collinearity" });
export type Collinearity = z.infer<typeof collinearity>;

export const adjustedRow = z
  .object({
    benchmark: z.string(),
    name: z.string().nullable(),
    kind: z.enum(KINDS),
    area: z.string().nullable(),
    n: z.number().int().meta({ description: "Models with score, benchmark and every covariate" }),
    rho: nullableNumber.meta({ description: "Spearman on these models" }),
    rhoAll: nullableNumber.meta({ description: "Spearman on all models with score and benchmark" }),
    nAll: z.number().int(),
    partialRho: nullableNumber.meta({ description: "Given the covariates: of what they leave of the ranks" }),
    covariateRank: z.number().int().nullable().meta({ description: "g: degrees of freedom that they take" }),
    interval: interval.nullable().meta({ description: "Of `partialRho`, closed form" }),
    intervals: z.object({
      closedForm: interval.nullable(),
      percentile: interval.nullable().meta({ description: "Bootstrap, the score refitted in each resample" }),
    }),
    usableResamples: z.number().int().nullable(),
    p: nullableNumber.meta({ description: "Two-sided, t on n − 2 − g; not given for a part of the score" }),
    q: nullableNumber.meta({ description: "Benjamini–Hochberg, over the tests of its family" }),
    collinear: z.array(collinearity).meta({
      description: "What the score cannot be told from on these models: variance inflation > 5 or |ρ| > 0.9",
    }),
    vif: nullableNumber.meta({ description: "Variance inflation given all covariates together" }),
    singletons: z
      .number()
      .int()
      .meta({ description: "Models that are the only one of their family or class here: each spends a row" }),
    reason: z
      .string()
      .nullable()
      .meta({ description: "Why `partialRho` is null; otherwise why the other nulls are" }),
  })
  .meta({ id: "AdjustedRow" });
export type AdjustedRow = z.infer<typeof adjustedRow>;
