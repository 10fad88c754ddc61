import * as z from "zod";
import { type Benchmark, KINDS } from "../matrix/score-matrix.js";
import { correlationInterval } from "../stats/correlation-interval.js";
import { requiredModels } from "../stats/required-models.js";
import { interval, nullableNumber } from "./answer.js";
import type { Correlated } from "./correlate.js";
import type { Draws } from "./draws.js";
import { judged, type Resampled, resampledIntervals } from "./inference.js";
import type { ComputeOptions } from "./options.js";
import { LEAST_FOR_VERDICT, VERDICTS } from "./verdict.js";

const verdict = z.enum(VERDICTS);

export const correlationFields = z
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
    usableResamples: z.number().int().nullable().meta({
      description: "Resamples in which the correlation is defined; below 80 % there is no interval",
    }),
    p: nullableNumber.meta({
      description:
        "Two-sided permutation p of independence, the score held fixed; not given for a part of the score",
    }),
    q: nullableNumber.meta({ description: "Benjamini–Hochberg, over the tests of its family" }),
    qBY: nullableNumber.meta({ description: "Benjamini–Yekutieli: under any dependence between the tests" }),
    verdict: verdict.nullable(),
    verdictByThreshold: z.array(z.object({ threshold: z.number(), verdict })).nullable(),
    requiredModels: z
      .number()
      .int()
      .nullable()
      .meta({ description: "Models in a new set for a verdict with probability 0.8, if ρ is the truth" }),
    quadraticP: nullableNumber.meta({
      description: "Of a bend in the ranks: a small value says that a small ρ is not independence",
    }),
    familyIcc: nullableNumber.meta({
      description: "ICC(1) by family of the ranks that the score does not explain",
    }),
    reason: z
      .string()
      .nullable()
      .meta({ description: "Why `rho` is null; otherwise why the other nulls are" }),
  })
  .meta({ id: "Correlation" });
export type CorrelationRow = z.infer<typeof correlationFields>;

/** The part of a row that concerns one correlation, whatever benchmark it is of. */
type Evidence = Omit<CorrelationRow, "benchmark" | "name" | "kind" | "area" | "leaveOneOutRho" | "q" | "qBY">;

interface Measured {
  readonly column: number;
  readonly isPart: boolean;
  readonly found: Correlated;
  readonly quadraticP: number | null;
  readonly familyIcc: number | null;
}

/** How sure a correlation is: its intervals, its test, its verdict, and how many models a verdict would take. */
export function evidenceOf(
  { column, isPart, found: { n, rho, reason }, quadraticP, familyIcc }: Measured,
  options: ComputeOptions,
  draws: Draws,
): Evidence {
  const { correlation: method, level, measure, threshold } = options;
  const closed = rho === null ? null : correlationInterval(rho, n, level, method);
  const resampled = rho === null ? null : resampledIntervals(draws, measure, column, rho, level);
  const named = <T extends object>(bounds: T | null, name: string) =>
    bounds === null ? null : { ...bounds, level, method: name };
  const percentile = named(
    resampled?.percentile ?? null,
    draws.families === null ? "percentile" : "clusterPercentile",
  );
  const required = rho === null || isPart || method !== "spearman" ? null : requiredModels(rho, threshold);
  const { verdict, verdictByThreshold } = isPart
    ? { verdict: null, verdictByThreshold: null }
    : judged(percentile, n, threshold);
  return {
    n,
    rho,
    interval: percentile,
    intervals: {
      percentile,
      bca: named(resampled?.bca ?? null, draws.families === null ? "bca" : "clusterBca"),
      bonettWright: named(closed, CLOSED_FORM[method]),
    },
    usableResamples: resampled?.usableResamples ?? null,
    p: rho === null || isPart ? null : draws.permutationP(column),
    verdict,
    verdictByThreshold,
    requiredModels: required,
    quadraticP,
    familyIcc,
    reason: reason ?? whyNull({ isPart, resampled, n, required, method }, options),
  };
}

/** The first of the causes that leave something undecided or undefined in a row that has a ρ. */
function whyNull(
  {
    isPart,
    resampled,
    n,
    required,
    method,
  }: { isPart: boolean; resampled: Resampled | null; n: number; required: number | null; method: string },
  { resamples }: ComputeOptions,
): string | null {
  if (resamples === 0) return "noResamples";
  if (resampled !== null && resampled.percentile === null) return "tooFewUsableResamples";
  if (isPart) return "partOfScore";
  if (n < LEAST_FOR_VERDICT) return "tooFewModels";
  if (method !== "spearman") return "requiredModelsForSpearmanOnly";
  return required === null ? "atThreshold" : null;
}

const CLOSED_FORM = { spearman: "bonettWright", pearson: "fisher", kendall: "fieller" } as const;

/** What names a benchmark in a row; one asked about as a part of the score is of kind capability there. */
export function benchmarkFields({ benchmark, name, kind, area }: Benchmark, isPart: boolean) {
  return { benchmark, name, kind: isPart ? ("capability" as const) : kind, area };
}

/** A row about a benchmark. Copied once and then added to: two spreads would cost more than the numbers. */
export function withBenchmark<Row extends object>(row: Row, of: Benchmark, isPart: boolean) {
  const { benchmark, name, kind, area } = benchmarkFields(of, isPart);
  return { ...row, benchmark, name, kind, area };
}
