import * as z from "zod";
import { correlation } from "../stats/correlation.js";
import { correlationInterval } from "../stats/correlation-interval.js";
import { leastSquaresLine, slopeInterval } from "../stats/least-squares-line.js";
import { interval, nullableNumber } from "./answer.js";
import { averagesOf, averageWarnings } from "./capabilities.js";
import type { Fit } from "./fit.js";
import { horizonFields, horizonRow } from "./horizons.js";
import { scoring } from "./measure.js";
import { question } from "./question.js";
import { scalingConclusion } from "./scaling-conclusion.js";

const fit = z.object({
  slope: nullableNumber.meta({ description: "Gain of the score for ten times the compute" }),
  slopeInterval: interval.nullable(),
  intercept: nullableNumber,
  r2: nullableNumber.meta({ description: "Share of the score's variance, a fraction" }),
  spearman: nullableNumber,
  interval: interval.nullable().meta({ description: "Of Spearman's ρ (Bonett–Wright)" }),
  n: z.number().int().meta({ description: "Models with a score and declared training FLOP" }),
  reason: z.string().nullable(),
});
export type ScalingFit = z.infer<typeof fit>;

/** Does capability follow compute, and how fast is it if scores are re-expressed as lengths of tasks? */
export const scaling = question({
  name: "scaling",
  summary: "The capabilities score against training compute, and benchmarks as horizons",
  description:
    "The capabilities score on log10 training FLOP by least squares, over the models that declare it; and every benchmark on a 0–1 scale re-expressed as the number of independent steps that a model does in a row with reliability r, ln r/ln p′, with the correlations of accuracy and of horizon with the score and with compute. Rank correlations hardly move, linear ones do. METHODS §13.",
  ignores: ["correlation", "seed", "resamples", "threshold", "fdrFamily", "resampleBy"],
  options: {
    reliability: z.coerce
      .number()
      .gt(0)
      .lt(1)
      .default(0.5)
      .meta({ description: "r: a horizon is the number of steps done in a row with this probability" }),
  },
  rows: "models",
  shape: {
    fit,
    models: z.array(
      z.object({
        model: z.string(),
        name: z.string().nullable(),
        family: z.string().nullable(),
        log10Flop: nullableNumber,
        score: nullableNumber,
        residual: nullableNumber.meta({ description: "Score less what the fit expects at this compute" }),
        reason: z.string().nullable().meta({ description: "noTrainingFlop, noCapabilitiesScore" }),
      }),
    ),
    horizons: z.array(horizonFields),
    conclusion: z.string(),
  },
  answer({ fitted }, options) {
    const { level, measure, reliability } = options;
    const { values: score, reason } = scoring(fitted, measure);
    const log10Flop = log10Flops(fitted);
    const rows = [...score.keys()].filter((i) => !Number.isNaN(score[i]) && !Number.isNaN(log10Flop[i]));
    const x = Float64Array.from(rows, (i) => log10Flop[i] as number);
    const y = Float64Array.from(rows, (i) => score[i] as number);
    const line = rows.length < 3 ? null : leastSquaresLine(x, y);
    const spearman = correlation(x, y, "spearman");
    const bounds = spearman === null ? null : correlationInterval(spearman, rows.length, level, "spearman");
    const slopeBounds = line === null ? null : slopeInterval(line, level);
    const found: ScalingFit = {
      slope: line?.slope ?? null,
      slopeInterval: slopeBounds === null ? null : { ...slopeBounds, level, method: "t" },
      intercept: line?.intercept ?? null,
      r2: line?.r2 ?? null,
      spearman,
      interval: bounds === null ? null : { ...bounds, level, method: "bonettWright" },
      n: rows.length,
      reason: line === null ? (reason ?? (rows.length < 3 ? "tooFewModels" : "constant")) : null,
    };
    const sides = { fitted, score, log10Flop, reliability, level };
    const horizons = fitted.slice.benchmarks.map((_, j) => horizonRow(sides, j));
    const assumed = horizons.filter(
      (row, j) => row.reason === null && fitted.slice.benchmarks[j]?.chance === null,
    );
    return {
      answer: {
        fit: found,
        models: fitted.slice.models.map(({ model, name, family }, i) => ({
          model,
          name,
          family,
          log10Flop: orNull(log10Flop[i] as number),
          score: orNull(score[i] as number),
          residual:
            line === null
              ? null
              : orNull((score[i] as number) - line.intercept - line.slope * (log10Flop[i] as number)),
          reason: Number.isNaN(score[i])
            ? (reason ?? "noCapabilitiesScore")
            : Number.isNaN(log10Flop[i])
              ? "noTrainingFlop"
              : found.reason,
        })),
        horizons,
        conclusion: scalingConclusion(found, horizons, reliability),
      },
      warnings: [
        ...averageWarnings(averagesOf(fitted), measure),
        ...(assumed.length === 0
          ? []
          : [
              {
                code: "chanceAssumed",
                message: "chance level not declared, taken as the minimum in horizons",
                count: assumed.length,
                names: assumed.slice(0, 10).map(({ benchmark }) => benchmark),
              },
            ]),
      ],
    };
  },
});

/** NaN where no compute is declared, or none that has a logarithm. */
function log10Flops({ slice }: Fit): Float64Array {
  return Float64Array.from(slice.models, ({ trainingFlop }) =>
    trainingFlop !== null && trainingFlop > 0 ? Math.log10(trainingFlop) : Number.NaN,
  );
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
