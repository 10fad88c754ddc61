import * as z from "zod";
import type { ClassSlice } from "../matrix/class-slice.js";
import type { Benchmark } from "../matrix/score-matrix.js";
import { correlation } from "../stats/correlation.js";
import type { Interval } from "../stats/correlation-interval.js";
import { answerHead, nullableNumber } from "./answer.js";
import { type Answer, headOf, optionsRead } from "./ask.js";
import { averagesOf, averageWarnings } from "./capabilities.js";
import { checkSensitivity, checkSensitivityOf } from "./check-sensitivity.js";
import { correlate } from "./correlate.js";
import { correlationFields } from "./correlation-row.js";
import { evidenceFor } from "./correlations.js";
import type { Draws } from "./draws.js";
import { dependenceWarnings, FamilyDependence } from "./family-dependence.js";
import type { Fit } from "./fit.js";
import { matchNames, type NameMatches } from "./match-names.js";
import { FITTED_MEASURES, scoring } from "./measure.js";
import type { ComputeOptions } from "./options.js";
import { Pairing } from "./pairs.js";
import type { Plan } from "./question.js";
import { LEAST_FOR_VERDICT, type Verdict, verdictAt } from "./verdict.js";

/** A benchmark that is not in the matrix, with its scores on models under whatever names. */
export interface NewBenchmark {
  readonly name: string;
  readonly direction: Benchmark["direction"];
  readonly scores: readonly (readonly [model: string, score: number])[];
}

const correlationShape = correlationFields.omit({
  benchmark: true,
  name: true,
  kind: true,
  area: true,
  leaveOneOutRho: true,
  q: true,
  qBY: true,
});

export const checkAnswer = z
  .object({
    ...answerHead,
    benchmark: z.string(),
    matched: z.array(z.object({ given: z.string(), model: z.string() })),
    unmatched: z.array(z.object({ given: z.string(), suggestions: z.array(z.string()) })),
    correlation: correlationShape,
    comparison: z.object({
      rho: z.object(
        Object.fromEntries(FITTED_MEASURES.map((m) => [m, nullableNumber])) as Record<
          (typeof FITTED_MEASURES)[number],
          typeof nullableNumber
        >,
      ),
      difference: nullableNumber.meta({ description: "rho.pc1 − rho.mean" }),
    }),
    sensitivity: checkSensitivity,
    nearest: z
      .array(z.object({ benchmark: z.string(), rho: z.number(), n: z.number().int() }))
      .meta({ description: "The benchmarks of the matrix that rank the matched models most alike" }),
    conclusion: z.string(),
  })
  .meta({ id: "CheckAnswer" });

const MOST_NEAREST = 5;
/** Fewer shared models make a rank correlation that says nothing. */
const LEAST_SHARED = 5;

/** The posted benchmark as one more column of the slice, and whose scores were found. */
export interface Posted extends NameMatches {
  readonly slice: ClassSlice;
}

/** Matches the posted names and appends the scores as the last column, oriented; NaN where a model has none. */
export function withPosted(slice: ClassSlice, posted: NewBenchmark): Posted {
  const matches = matchNames(
    posted.scores.map(([model]) => model),
    slice.models,
  );
  const column = columnOf(slice, matches.matched, posted);
  return {
    ...matches,
    slice: {
      ...slice,
      benchmarks: [...slice.benchmarks, asBenchmark(posted)],
      columns: [...slice.columns, column],
      standardErrors: null,
    },
  };
}

/**
 * Is a new benchmark entangled with capability? The score is the class's own; the correlation is over the matched models,
 * and the fit is of a slice whose last column is the posted one.
 */
export function check(
  { digest, fitted, draws, plan }: { digest: string; fitted: Fit; draws: Draws; plan: Plan | null },
  { matched, unmatched }: NameMatches,
  options: ComputeOptions,
): Answer {
  const column = fitted.slice.columns.length - 1;
  const score = scoring(fitted, options.measure);
  const dependence = new FamilyDependence(fitted, score);
  const row = evidenceFor(
    { fitted, score, pairing: new Pairing(score.values), dependence, draws },
    column,
    options,
  );
  const head = headOf(digest, fitted, optionsRead({ ignores: ["fdrFamily"] }, options));
  const { benchmark } = fitted.slice.benchmarks[column] as Benchmark;
  return {
    ...head,
    warnings: [
      ...head.warnings,
      ...averageWarnings(averagesOf(fitted)),
      ...dependenceWarnings(dependence.isMarked(row.familyIcc) ? [benchmark] : [], draws.families !== null),
    ],
    benchmark,
    matched,
    unmatched,
    correlation: row,
    comparison: comparisonOf(fitted, column, options),
    sensitivity: checkSensitivityOf(fitted, plan, options),
    nearest: nearestBenchmarks(fitted.slice),
    conclusion: conclude(row, options, fitted.slice.class),
  };
}

function columnOf(
  slice: ClassSlice,
  matched: readonly { given: string; model: string }[],
  posted: NewBenchmark,
): Float64Array {
  const scores = new Map(posted.scores);
  const givenOf = new Map(matched.map(({ given, model }) => [model, given]));
  const sign = posted.direction === "lower" ? -1 : 1;
  return Float64Array.from(slice.models, ({ model }) => {
    const given = givenOf.get(model);
    return given === undefined ? Number.NaN : sign * (scores.get(given) as number);
  });
}

function comparisonOf(fitted: Fit, place: number, options: ComputeOptions) {
  const column = fitted.slice.columns[place] as Float64Array;
  const rho = Object.fromEntries(
    FITTED_MEASURES.map((m) => [m, correlate(scoring(fitted, m), column, options.correlation).rho]),
  );
  const { pc1, mean } = rho;
  return { rho, difference: pc1 == null || mean == null ? null : pc1 - mean };
}

/** The benchmarks that are most like the last one. */
function nearestBenchmarks({ benchmarks, columns }: ClassSlice) {
  const column = columns.at(-1) as Float64Array;
  return benchmarks
    .slice(0, -1)
    .flatMap(({ benchmark }, j) => {
      const other = columns[j] as Float64Array;
      const both = [...column.keys()].filter((i) => !Number.isNaN(column[i]) && !Number.isNaN(other[i]));
      const at = (values: Float64Array) => Float64Array.from(both, (i) => values[i] as number);
      const rho = both.length < LEAST_SHARED ? null : correlation(at(column), at(other), "spearman");
      return rho === null ? [] : [{ benchmark, rho, n: both.length }];
    })
    .sort((a, b) => Math.abs(b.rho) - Math.abs(a.rho))
    .slice(0, MOST_NEAREST);
}

/** What the row says, in words that follow from it by rule. */
function conclude(
  { rho, n, reason, interval, intervals, verdict }: z.infer<typeof correlationShape>,
  { threshold, level, measure, correlation: method }: ComputeOptions,
  className: string,
): string {
  if (rho === null)
    return `No correlation: ${reason}. ${n} models have both a score and the benchmark; it takes three that differ.`;
  const plain = measure === "pc1" && method === "spearman";
  const how = plain ? "correlation with capability" : `correlation (${method}) with capability (${measure})`;
  const found = `Over ${n} ${className} models the ${how} is ${figure(rho)}`;
  const bounds = interval ?? intervals.bonettWright;
  if (bounds === null)
    return `${found}; an interval takes more models, or a correlation short of perfect, so it decides nothing.`;
  const percent = Number((100 * level).toPrecision(6));
  const made =
    interval === null ? "closed form, models taken as independent" : INTERVAL_IN_WORDS[bounds.method];
  const range = `${found}, with a ${percent} % interval from ${figure(bounds.low)} to ${figure(bounds.high)} (${made})`;
  if (n < LEAST_FOR_VERDICT) return `${range}. Fewer than ${LEAST_FOR_VERDICT} models decide nothing.`;
  const said = verdict ?? verdictAt(bounds, n, threshold);
  return `${range}: ${verdictInWords(said, bounds, threshold)}`;
}

const INTERVAL_IN_WORDS: Readonly<Record<string, string>> = {
  percentile: "bootstrap over models, the score refitted each time",
  clusterPercentile: "bootstrap over model families, the score refitted each time",
};

function verdictInWords(verdict: Verdict, { low, high }: Interval, threshold: number): string {
  if (verdict === "entangled")
    return `all of it above ${threshold}, so for models like these the benchmark is entangled with capability.`;
  if (verdict === "inverse")
    return `all of it below −${threshold}, so for models like these more capable models score worse.`;
  if (verdict === "distinct")
    return `all of it within ±${threshold}, so for models like these the benchmark is distinct from capability at that threshold.`;
  const crossed = [
    ...(low <= -threshold ? [`−${threshold}`] : []),
    ...(high >= threshold ? [`${threshold}`] : []),
  ];
  return `it reaches past ${crossed.join(" and past ")}, so these models do not decide whether the benchmark tracks capability.`;
}

function figure(value: number): string {
  return value.toFixed(2).replace("-", "−");
}

function asBenchmark({ name, direction }: NewBenchmark): Benchmark {
  return {
    benchmark: name,
    name: null,
    kind: "other",
    area: null,
    metric: null,
    direction,
    chance: null,
    min: null,
    max: null,
    items: null,
  };
}
