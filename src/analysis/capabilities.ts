import * as z from "zod";
import type { Warning } from "../matrix/warning.js";
import { nullableNumber } from "./answer.js";
import { AVERAGE_NAMES, AVERAGES, type AverageName } from "./averages.js";
import type { Fit } from "./fit.js";
import { question } from "./question.js";

/** How capable is each model, and what is that number made of? */
export const capabilities = question({
  name: "capabilities",
  summary: "The capabilities score of each model",
  description:
    "The first principal component of the capability benchmarks (z-scored, ddof 0), beside four plain averages over the same benchmarks and models. `weights` is the unit eigenvector, `loading` is weight × √λ1. METHODS §2–3.",
  ignores: ["measure", "correlation", "seed", "resamples", "level", "threshold", "fdrFamily"],
  rows: "scores",
  shape: {
    scores: z.array(
      z.object({
        model: z.string(),
        name: z.string().nullable(),
        pc1: nullableNumber,
        mean: nullableNumber,
        zmean: nullableNumber,
        chanceAdjustedMean: nullableNumber,
        meanRank: nullableNumber.meta({ description: "Higher is better" }),
      }),
    ),
    weights: z.array(z.object({ benchmark: z.string(), weight: z.number(), loading: z.number() })),
    explainedVariance: nullableNumber.meta({ description: "λ1/Σλ of the benchmarks' correlation matrix" }),
    scoreVarianceShare: nullableNumber.meta({
      description: "Variance of the score over the number of benchmarks",
    }),
    eigenvalues: z.array(z.number()),
    dropped: z.array(z.object({ model: z.string(), missing: z.array(z.string()) })),
    reason: z
      .string()
      .nullable()
      .meta({ description: "Why `pc1` is null: noCompleteModels, constantCapabilities, tiedEigenvalues" }),
  },
  answer({ fitted }) {
    const averages = averagesOf(fitted);
    const { component, slice } = fitted;
    return {
      answer: {
        scores: fitted.rows.map((row, k) => ({
          model: slice.models[row]?.model as string,
          name: slice.models[row]?.name ?? null,
          pc1: component?.scores[k] ?? null,
          mean: averages.mean.values?.[k] ?? null,
          zmean: averages.zmean.values?.[k] ?? null,
          chanceAdjustedMean: averages.chanceAdjustedMean.values?.[k] ?? null,
          meanRank: averages.meanRank.values?.[k] ?? null,
        })),
        weights: fitted.used.flatMap((j, k) =>
          component === null
            ? []
            : [
                {
                  benchmark: slice.benchmarks[j]?.benchmark as string,
                  weight: component.weights[k] as number,
                  loading: component.loadings[k] as number,
                },
              ],
        ),
        explainedVariance: fitted.spectrum?.explainedVariance ?? null,
        scoreVarianceShare: component?.scoreVarianceShare ?? null,
        eigenvalues: [...(fitted.spectrum?.eigenvalues ?? [])],
        dropped: fitted.dropped.map(({ model, missing }) => ({ model, missing: [...missing] })),
        reason: fitted.reason,
      },
      warnings: averageWarnings(averages),
    };
  },
});

type Averages = Record<AverageName, ReturnType<(typeof AVERAGES)[AverageName]>>;

export function averagesOf(fitted: Fit): Averages {
  return Object.fromEntries(AVERAGE_NAMES.map((name) => [name, AVERAGES[name](fitted)])) as Averages;
}

/** What was assumed for an average, and which could not be formed; with a measure, only what concerns that one. */
export function averageWarnings({ mean, chanceAdjustedMean }: Averages, measure?: string): Warning[] {
  const concerns = (name: AverageName) => measure === undefined || measure === name;
  const onScale = [
    ...(concerns("mean") ? [mean] : []),
    ...(concerns("chanceAdjustedMean") ? [chanceAdjustedMean] : []),
  ];
  const unknown = [
    ...new Set(
      onScale.flatMap((average) =>
        average.values === null && average.reason === "rangeUnknown" ? average.names : [],
      ),
    ),
  ];
  const assumed =
    concerns("chanceAdjustedMean") && chanceAdjustedMean.values !== null ? chanceAdjustedMean.assumed : [];
  return [
    ...(unknown.length > 0
      ? [
          {
            code: "rangeUnknown",
            message:
              "no mean on a 0–1 scale: min, max and chance of these benchmarks are not declared, or leave no room between them",
            count: unknown.length,
            names: unknown.slice(0, 10),
          },
        ]
      : []),
    ...(assumed.length > 0
      ? [
          {
            code: "chanceAssumed",
            message: "chance level not declared, taken as the minimum in chanceAdjustedMean",
            count: assumed.length,
            names: assumed.slice(0, 10),
          },
        ]
      : []),
  ];
}
