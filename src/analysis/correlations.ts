import * as z from "zod";
import type { Benchmark } from "../matrix/score-matrix.js";
import { KINDS } from "../matrix/score-matrix.js";
import { correlationInterval } from "../stats/correlation-interval.js";
import { requiredModels } from "../stats/required-models.js";
import { interval, nullableNumber } from "./answer.js";
import { averagesOf, averageWarnings } from "./capabilities.js";
import { type Correlated, correlate } from "./correlate.js";
import { leaveOneOutCorrelations } from "./leave-one-out.js";
import { scoring } from "./measure.js";
import type { ComputeOptions } from "./options.js";
import { question } from "./question.js";

export const VERDICTS = ["entangled", "inverse", "distinct", "undecided"] as const;
const verdict = z.enum(VERDICTS).nullable();

const row = z
  .object({
    benchmark: z.string(),
    name: z.string().nullable(),
    kind: z.enum(KINDS),
    area: z.string().nullable(),
    n: z.number().int().meta({ description: "Models that have both the score and the benchmark" }),
    rho: nullableNumber,
    leaveOneOutRho: nullableNumber
      .optional()
      .meta({ description: "Of a capability benchmark: the score refitted without it" }),
    interval: interval.nullable().meta({ description: "The verdict's interval (percentile bootstrap)" }),
    intervals: z.object({
      percentile: interval.nullable(),
      bca: interval.nullable(),
      bonettWright: interval
        .nullable()
        .meta({ description: "Closed form: Bonett–Wright (ρ), Fisher (r), Fieller (τ)" }),
    }),
    usableResamples: z.number().int().nullable(),
    p: nullableNumber,
    q: nullableNumber,
    qBY: nullableNumber,
    verdict,
    verdictByThreshold: z.array(z.object({ threshold: z.number(), verdict })).nullable(),
    requiredModels: z
      .number()
      .int()
      .nullable()
      .meta({ description: "Models in a new set for a verdict with probability 0.8, if ρ is the truth" }),
    reason: z
      .string()
      .nullable()
      .meta({ description: "Why `rho` is null; otherwise why the other nulls are" }),
  })
  .meta({ id: "Correlation" });
export type CorrelationRow = z.infer<typeof row>;

/** Does each benchmark track capability? */
export const correlations = question({
  name: "correlations",
  summary: "The capabilities correlation of each benchmark",
  description:
    "The correlation of every benchmark with the capabilities score, over the models of the class that have both. For a benchmark that is part of the score, `leaveOneOutRho` is the correlation with the score refitted without it. METHODS §4–5. Intervals by resampling, p, q and verdicts are null (`notComputed`) in this build; the closed-form interval is given.",
  ignores: [],
  rows: "correlations",
  shape: {
    correlations: z.array(row),
    m: z
      .number()
      .int()
      .nullable()
      .meta({ description: "Number of tests that share the false discovery rate" }),
    familyIcc: z.object({ score: nullableNumber, residual: nullableNumber }).nullable(),
  },
  answer(fitted, options) {
    const score = scoring(fitted, options.measure);
    const leaveOneOut = leaveOneOutCorrelations(fitted, options);
    const rows = fitted.slice.benchmarks.map((benchmark, j) => {
      const found = correlate(score, fitted.slice.columns[j] as Float64Array, options.correlation);
      const isPart = fitted.capabilities.includes(j);
      return {
        ...correlationRow(benchmark, isPart, found, options),
        ...(isPart ? { leaveOneOutRho: leaveOneOut.rho(j) } : {}),
      };
    });
    const warnings = [...leaveOneOut.warnings, ...averageWarnings(averagesOf(fitted), options.measure)];
    return { answer: { correlations: rows, m: null, familyIcc: null }, warnings };
  },
});

/** A row without resampling: the coefficient, its closed-form interval, and how many models a verdict would take. */
export function correlationRow(
  benchmark: Benchmark,
  isPart: boolean,
  { n, rho, reason }: Correlated,
  { correlation: method, level, threshold }: Pick<ComputeOptions, "correlation" | "level" | "threshold">,
): CorrelationRow {
  const closed = rho === null ? null : correlationInterval(rho, n, level, method);
  return {
    benchmark: benchmark.benchmark,
    name: benchmark.name,
    kind: isPart ? "capability" : benchmark.kind,
    area: benchmark.area,
    n,
    rho,
    interval: null,
    intervals: {
      percentile: null,
      bca: null,
      bonettWright: closed === null ? null : { ...closed, level, method: CLOSED_FORM[method] },
    },
    usableResamples: null,
    p: null,
    q: null,
    qBY: null,
    verdict: null,
    verdictByThreshold: null,
    requiredModels: rho === null || isPart || method !== "spearman" ? null : requiredModels(rho, threshold),
    reason: reason ?? "notComputed",
  };
}

const CLOSED_FORM = { spearman: "bonettWright", pearson: "fisher", kendall: "fieller" } as const;
