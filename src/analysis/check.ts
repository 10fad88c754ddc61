import * as z from "zod";
import { type ClassSlice, sliceOf } from "../matrix/class-slice.js";
import type { Benchmark } from "../matrix/score-matrix.js";
import { correlation } from "../stats/correlation.js";
import { answerHead, nullableNumber } from "./answer.js";
import { type Answer, type Content, capabilityColumns, headOf, optionsRead, requireKnown } from "./ask.js";
import { averagesOf, averageWarnings } from "./capabilities.js";
import { correlate } from "./correlate.js";
import { correlationRow, correlations } from "./correlations.js";
import { type Fit, fitCapabilities } from "./fit.js";
import { matchNames } from "./match-names.js";
import { FITTED_MEASURES, scoring } from "./measure.js";
import type { ComputeOptions } from "./options.js";

/** A benchmark that is not in the matrix, with its scores on models under whatever names. */
export interface NewBenchmark {
  readonly name: string;
  readonly direction: Benchmark["direction"];
  readonly scores: readonly (readonly [model: string, score: number])[];
}

const correlationShape = correlations.shape.correlations.element.omit({
  benchmark: true,
  name: true,
  kind: true,
  area: true,
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
    sensitivity: z.null().meta({ description: "notComputed in this build" }),
    nearest: z
      .array(z.object({ benchmark: z.string(), rho: z.number(), n: z.number().int() }))
      .meta({ description: "The benchmarks of the matrix that rank the matched models most alike" }),
    conclusion: z.string(),
  })
  .meta({ id: "CheckAnswer" });

const MOST_NEAREST = 5;
/** METHODS §5: below this the verdict is undecided, whatever the interval. */
const LEAST_FOR_VERDICT = 10;
/** Fewer shared models make a rank correlation that says nothing. */
const LEAST_SHARED = 5;

/** Is a new benchmark entangled with capability? The score is the class's own; the correlation is over the matched models. */
export function check(
  content: Content,
  className: string,
  options: ComputeOptions,
  posted: NewBenchmark,
): Answer {
  requireKnown(content.matrix, className, options);
  const slice = sliceOf(content.matrix, className, new Set(options.exclude));
  const fitted = fitCapabilities(slice, options.basis, capabilityColumns(slice, options.capability));
  const { matched, unmatched } = matchNames(
    posted.scores.map(([model]) => model),
    slice.models,
  );
  const column = columnOf(slice, matched, posted);
  const found = correlate(scoring(fitted, options.measure), column, options.correlation);
  const {
    benchmark: _b,
    name: _n,
    kind: _k,
    area: _a,
    ...row
  } = correlationRow(asBenchmark(posted), false, found, options);
  const head = headOf(content.digest, fitted, optionsRead({ ignores: [] }, options));
  return {
    ...head,
    warnings: [...head.warnings, ...averageWarnings(averagesOf(fitted))],
    benchmark: posted.name,
    matched,
    unmatched,
    correlation: row,
    comparison: comparisonOf(fitted, column, options),
    sensitivity: null,
    nearest: nearestBenchmarks(slice, column),
    conclusion: conclude(row, options, className),
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

function comparisonOf(fitted: Fit, column: Float64Array, options: ComputeOptions) {
  const rho = Object.fromEntries(
    FITTED_MEASURES.map((m) => [m, correlate(scoring(fitted, m), column, options.correlation).rho]),
  );
  const { pc1, mean } = rho;
  return { rho, difference: pc1 == null || mean == null ? null : pc1 - mean };
}

function nearestBenchmarks({ benchmarks, columns }: ClassSlice, column: Float64Array) {
  return benchmarks
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

function conclude(
  row: z.infer<typeof correlationShape>,
  { threshold, level, measure, correlation: method }: ComputeOptions,
  className: string,
): string {
  if (row.rho === null)
    return `No correlation: ${row.reason}. ${row.n} models have both a score and the benchmark; it takes three that differ.`;
  const bounds = row.intervals.bonettWright;
  const plain = measure === "pc1" && method === "spearman";
  const how = plain ? "correlation with capability" : `correlation (${method}) with capability (${measure})`;
  const found = `Over ${row.n} ${className} models the ${how} is ${figure(row.rho)}`;
  if (bounds === null)
    return `${found}; an interval takes more models, or a correlation short of perfect, so it decides nothing.`;
  const percent = Number((100 * level).toPrecision(6));
  const range = `${found}, with a ${percent} % interval from ${figure(bounds.low)} to ${figure(bounds.high)} (closed form, models taken as independent)`;
  if (row.n < LEAST_FOR_VERDICT) return `${range}. Fewer than ${LEAST_FOR_VERDICT} models decide nothing.`;
  if (bounds.low > threshold) return `${range}: all of it above ${threshold}.`;
  if (bounds.high < -threshold) return `${range}: all of it below −${threshold}.`;
  if (bounds.low > -threshold && bounds.high < threshold) return `${range}: all of it within ±${threshold}.`;
  const crossed = [
    ...(bounds.low <= -threshold ? [`−${threshold}`] : []),
    ...(bounds.high >= threshold ? [`${threshold}`] : []),
  ];
  return `${range}: it reaches past ${crossed.join(" and past ")}, so these models do not decide whether the benchmark tracks capability.`;
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
