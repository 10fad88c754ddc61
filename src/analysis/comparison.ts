import * as z from "zod";
import { KINDS } from "../matrix/score-matrix.js";
import { percentileInterval } from "../stats/bootstrap-intervals.js";
import { congruenceWithEqualWeights } from "../stats/congruence.js";
import { type CorrelationMethod, correlation } from "../stats/correlation.js";
import { mengRosenthalRubin } from "../stats/dependent-correlations.js";
import { midranks } from "../stats/ranks.js";
import { interval, nullableNumber } from "./answer.js";
import { AVERAGE_NAMES } from "./averages.js";
import { averagesOf, averageWarnings } from "./capabilities.js";
import { conclusionOf } from "./comparison-conclusion.js";
import { correlate } from "./correlate.js";
import { withBenchmark } from "./correlation-row.js";
import type { Draws } from "./draws.js";
import { falseDiscoveries } from "./false-discoveries.js";
import type { Fit } from "./fit.js";
import { enough, percentileOf, usable } from "./inference.js";
import { FITTED_MEASURES, type FittedMeasure, type Scoring, scoring } from "./measure.js";
import type { ComputeOptions } from "./options.js";
import { question } from "./question.js";
import { VERDICTS, type Verdict, verdictAt } from "./verdict.js";

const verdict = z.enum(VERDICTS).nullable();
const row = z
  .object({
    benchmark: z.string(),
    name: z.string().nullable(),
    kind: z.enum(KINDS),
    area: z.string().nullable(),
    n: z.number().int(),
    rho: z.object({
      pc1: nullableNumber,
      mean: nullableNumber,
      zmean: nullableNumber,
      chanceAdjustedMean: nullableNumber,
      meanRank: nullableNumber,
    }),
    difference: nullableNumber.meta({ description: "rho.pc1 − rho.mean" }),
    interval: interval.nullable().meta({
      description: "Of the difference: percentile, over the same resamples for both scores",
    }),
    p: nullableNumber.meta({ description: "Two-sided, from the same resamples: could the difference be 0?" }),
    q: nullableNumber.meta({ description: "Benjamini–Hochberg over the benchmarks outside the score" }),
    z: nullableNumber.meta({
      description:
        "Meng, Rosenthal & Rubin 1992 for the difference; stated for Pearson's r, approximate for Spearman's ρ, null for Kendall's τ",
    }),
    verdicts: z.object({ pc1: verdict, mean: verdict }),
    reason: z
      .string()
      .nullable()
      .meta({ description: "Why `difference` is null; otherwise why the other nulls are" }),
  })
  .meta({ id: "ComparisonRow" });
export type ComparisonRow = z.infer<typeof row>;

/** Why the first component and not a mean? */
export const comparison = question({
  name: "comparison",
  summary: "The capabilities score against plain averages",
  description:
    "How much any correlation depends on using the first principal component instead of a plain average of the same benchmarks: agreement of the measures, models that change rank, and each benchmark's correlation under each. METHODS §3. The interval of each difference rests on the same resamples for both scores; what matters is whether it lies inside ±0.1, not only whether it excludes 0.",
  ignores: ["measure", "fdrFamily"],
  rows: "benchmarks",
  shape: {
    measures: z.array(
      z.object({
        a: z.enum(FITTED_MEASURES),
        b: z.enum(FITTED_MEASURES),
        spearman: nullableNumber,
        kendall: nullableNumber,
      }),
    ),
    congruence: nullableNumber.meta({ description: "Tucker's φ of the weights with equal weights" }),
    benchmarks: z.array(row),
    ruleFlips: z
      .array(z.string())
      .meta({ description: "Non-capability benchmarks with |ρ| < τ under one of PC1 and mean only" }),
    verdictFlips: z.array(z.string()).nullable().meta({
      description: "Non-capability benchmarks whose verdict differs; null where there are no verdicts",
    }),
    rankMoves: z
      .array(z.object({ model: z.string(), pc1: z.number(), mean: z.number(), move: z.number() }))
      .meta({
        description: "Rank of each model (1 is best, ties averaged) by PC1 and by mean; `move` = mean − pc1",
      }),
    conclusion: z.string(),
  },
  needs: () => ({
    measures: ["pc1", "mean"],
    targets: "all",
    permutations: false,
    congruence: false,
    nullMatrices: 0,
  }),
  answer({ fitted, draws }, options) {
    const scorings = Object.fromEntries(FITTED_MEASURES.map((m) => [m, scoring(fitted, m)])) as Scorings;
    const rows = fitted.slice.benchmarks.map((_, j) => comparisonRow(fitted, scorings, j, options, draws));
    const outside = rows.filter(({ kind }) => kind !== "capability");
    const { q } = falseDiscoveries(outside, "all");
    const qOf = new Map(outside.map(({ benchmark }, i) => [benchmark, q[i] ?? null]));
    const benchmarks = rows.map((row) => ({ ...row, q: qOf.get(row.benchmark) ?? null }));
    const measures = agreements(fitted, scorings);
    const component = fitted.component;
    const congruence = component === null ? null : congruenceWithEqualWeights(component.weights);
    const ruleFlips = benchmarks.filter((b) => flips(b, options.threshold)).map((b) => b.benchmark);
    const judged = outside.filter(({ verdicts }) => verdicts.pc1 !== null && verdicts.mean !== null);
    const changed = judged.filter(({ verdicts }) => verdicts.pc1 !== verdicts.mean);
    const verdictFlips = judged.length === 0 ? null : changed.map((b) => b.benchmark);
    return {
      answer: {
        measures,
        congruence,
        benchmarks,
        ruleFlips,
        verdictFlips,
        rankMoves: rankMoves(fitted, scorings),
        conclusion: conclusionOf({
          fitted,
          measures,
          congruence,
          benchmarks,
          ruleFlips,
          verdictFlips,
          threshold: options.threshold,
          level: options.level,
        }),
      },
      warnings: averageWarnings(averagesOf(fitted)),
    };
  },
});

type Scorings = Readonly<Record<FittedMeasure, Scoring>>;

function comparisonRow(
  fitted: Fit,
  scorings: Scorings,
  column: number,
  options: ComputeOptions,
  draws: Draws,
): ComparisonRow {
  const benchmark = fitted.slice.benchmarks[column];
  if (benchmark === undefined) throw new RangeError(`no benchmark ${column}`);
  const target = fitted.slice.columns[column] as Float64Array;
  const found = (m: FittedMeasure) => correlate(scorings[m], target, options.correlation);
  const { n, rho: pc1, reason } = found("pc1");
  const byMean = found("mean");
  const rho = { pc1, mean: byMean.rho } as ComparisonRow["rho"];
  for (const name of AVERAGE_NAMES) rho[name] = found(name).rho;
  const difference = pc1 === null || byMean.rho === null ? null : pc1 - byMean.rho;
  const isPart = fitted.capabilities.includes(column);
  const resampled = difference === null ? null : resampledDifference(draws, column, options.level);
  const row = {
    n: Math.max(n, byMean.n),
    rho,
    difference,
    interval: resampled?.interval ?? null,
    p: resampled?.p ?? null,
    q: null,
    z: approximateZ(scorings, target, rho, options.correlation),
    verdicts: {
      pc1: isPart ? null : verdictOf("pc1", pc1, n),
      mean: isPart ? null : verdictOf("mean", byMean.rho, byMean.n),
    },
    reason: difference === null ? (reason ?? byMean.reason) : whyNull(resampled, isPart, options),
  };
  return withBenchmark(row, benchmark, isPart);

  function verdictOf(measure: "pc1" | "mean", rho: number | null, models: number): Verdict | null {
    const bounds = rho === null ? null : percentileOf(draws, measure, column, options.level);
    return bounds === null ? null : verdictAt(bounds, models, options.threshold);
  }
}

/** A difference of two equal correlations may be off 0 by rounding. */
const ZERO = 1e-12;

interface ResampledDifference {
  readonly interval: z.infer<typeof interval> | null;
  readonly p: number | null;
}

/** Percentile interval and two-sided p of ρ(PC1) − ρ(mean), resample by resample (METHODS §3). */
function resampledDifference(draws: Draws, column: number, level: number): ResampledDifference | null {
  const [pc1, mean] = [draws.replicates("pc1", column), draws.replicates("mean", column)];
  if (pc1 === null || mean === null) return null;
  const all = pc1.map((rho, b) => rho - (mean[b] as number));
  const differences = usable(all);
  if (!enough(differences, all)) return { interval: null, p: null };
  let notAbove = 0;
  let notBelow = 0;
  for (let b = 0; b < differences.length; b++) {
    if ((differences[b] as number) <= ZERO) notAbove += 1;
    if ((differences[b] as number) >= -ZERO) notBelow += 1;
  }
  return {
    interval: { ...percentileInterval(differences, level), level, method: "percentile" },
    p: Math.min(1, (2 * (Math.min(notAbove, notBelow) + 1)) / (differences.length + 1)),
  };
}

function whyNull(
  resampled: ResampledDifference | null,
  isPart: boolean,
  { resamples }: ComputeOptions,
): string | null {
  if (resamples === 0) return "noResamples";
  if (resampled?.interval == null) return "tooFewUsableResamples";
  return isPart ? "partOfScore" : null;
}

/** Over the models that have the benchmark, as both correlations are. */
function approximateZ(
  scorings: Scorings,
  target: Float64Array,
  { pc1, mean }: ComparisonRow["rho"],
  method: CorrelationMethod,
): number | null {
  if (pc1 === null || mean === null || method === "kendall") return null;
  const rows = [...target.keys()].filter(
    (i) => !Number.isNaN(target[i]) && !Number.isNaN(scorings.pc1.values[i]),
  );
  const at = (values: Float64Array) => Float64Array.from(rows, (i) => values[i] as number);
  const between = correlation(at(scorings.pc1.values), at(scorings.mean.values), method);
  return between === null ? null : mengRosenthalRubin(pc1, mean, between, rows.length);
}

function flips({ kind, rho }: ComparisonRow, threshold: number): boolean {
  if (kind === "capability" || rho.pc1 === null || rho.mean === null) return false;
  return Math.abs(rho.pc1) < threshold !== Math.abs(rho.mean) < threshold;
}

function agreements(fitted: Fit, scorings: Scorings) {
  const at = (m: FittedMeasure) => Float64Array.from(fitted.rows, (i) => scorings[m].values[i] as number);
  return FITTED_MEASURES.flatMap((a, i) =>
    FITTED_MEASURES.slice(i + 1).map((b) => {
      const exist = scorings[a].reason === null && scorings[b].reason === null;
      const coefficient = (method: "spearman" | "kendall") =>
        exist ? correlation(at(a), at(b), method) : null;
      return { a, b, spearman: coefficient("spearman"), kendall: coefficient("kendall") };
    }),
  );
}

function rankMoves(fitted: Fit, scorings: Scorings) {
  if (scorings.pc1.reason !== null || scorings.mean.reason !== null) return [];
  const best = fitted.rows.length + 1;
  const ranks = (m: FittedMeasure) =>
    midranks(Float64Array.from(fitted.rows, (i) => scorings[m].values[i] as number)).map(
      (rank) => best - rank,
    );
  const [byPc1, byMean] = [ranks("pc1"), ranks("mean")];
  return fitted.rows.map((row, k) => {
    const [pc1, mean] = [byPc1[k] as number, byMean[k] as number];
    return { model: fitted.slice.models[row]?.model as string, pc1, mean, move: mean - pc1 };
  });
}
