import * as z from "zod";
import type { Warning } from "../matrix/warning.js";
import { quadraticP } from "../stats/quadratic-p.js";
import { nullableNumber } from "./answer.js";
import { averagesOf, averageWarnings } from "./capabilities.js";
import { correlatePairs } from "./correlate.js";
import { correlationFields, evidenceOf, withBenchmark } from "./correlation-row.js";
import type { Draws } from "./draws.js";
import { falseDiscoveries } from "./false-discoveries.js";
import { dependenceWarnings, FamilyDependence } from "./family-dependence.js";
import type { Fit } from "./fit.js";
import { leaveOneOutCorrelations } from "./leave-one-out.js";
import { type Scoring, scoring } from "./measure.js";
import type { ComputeOptions } from "./options.js";
import { Pairing } from "./pairs.js";
import { question } from "./question.js";

/** Does each benchmark track capability? */
export const correlations = question({
  name: "correlations",
  summary: "The capabilities correlation of each benchmark, and how sure it is",
  description:
    "The correlation of every benchmark with the capabilities score, over the models of the class that have both, with bootstrap intervals (the score is refitted in every resample), a permutation p, false discovery rates and a verdict at τ. For a benchmark that is part of the score, `leaveOneOutRho` is the correlation with the score refitted without it, and there is no verdict. The models are not a sample of a population: a figure holds for models like these. METHODS §4–5.",
  ignores: [],
  rows: "correlations",
  shape: {
    correlations: z.array(correlationFields),
    m: z
      .number()
      .int()
      .nullable()
      .meta({ description: "Number of tests with a p, over all families of tests" }),
    testFamilies: z
      .array(z.object({ family: z.string(), m: z.number().int() }))
      .meta({ description: "Tests that share one false discovery rate" }),
    familyIcc: z
      .object({ score: nullableNumber, families: z.number().int() })
      .nullable()
      .meta({ description: "ICC(1) by model family of the ranks of the score; each row has its residual's" }),
    scoreRange: z
      .object({ low: z.number(), high: z.number() })
      .nullable()
      .meta({ description: "Of the measure over these models: what the correlations speak of" }),
    families: z
      .number()
      .int()
      .nullable()
      .meta({ description: "Families drawn in each resample; null where models are drawn" }),
  },
  needs: ({ measure }) => ({
    measures: [measure],
    targets: "all",
    permutations: true,
    congruence: false,
    nullMatrices: 0,
  }),
  answer({ fitted, draws }, options) {
    const score = scoring(fitted, options.measure);
    const pairing = new Pairing(score.values);
    const dependence = new FamilyDependence(fitted, score);
    const leaveOneOut = leaveOneOutCorrelations(fitted, options);
    const rows = fitted.slice.benchmarks.map((benchmark, j) => {
      const isPart = fitted.capabilities.includes(j);
      const evidence = evidenceFor({ fitted, score, pairing, dependence, draws }, j, options);
      const row = withBenchmark(evidence, benchmark, isPart);
      return isPart ? { ...row, leaveOneOutRho: leaveOneOut.rho(j) } : row;
    });
    const { q, qBY, families } = falseDiscoveries(rows, options.fdrFamily);
    const marked = rows.filter(
      ({ kind, familyIcc }) => kind !== "capability" && dependence.isMarked(familyIcc),
    );
    const tested = families.reduce((sum, { m }) => sum + m, 0);
    return {
      answer: {
        correlations: rows.map((row, i) => ({ ...row, q: q[i] ?? null, qBY: qBY[i] ?? null })),
        m: tested === 0 ? null : tested,
        testFamilies: [...families],
        familyIcc:
          dependence.families === 0 ? null : { score: dependence.score, families: dependence.families },
        scoreRange: rangeOf(score.values),
        families: draws.families,
      },
      warnings: [
        ...(draws.lacksJackknife ? [NO_BCA] : []),
        ...leaveOneOut.warnings,
        ...averageWarnings(averagesOf(fitted), options.measure),
        ...dependenceWarnings(
          marked.map(({ benchmark }) => benchmark),
          draws.families !== null,
        ),
      ],
    };
  },
});

const NO_BCA: Warning = {
  code: "bcaNotComputed",
  message:
    "BCa takes a refit without each model in turn, which is not done for more than 1 000; the verdict does not use it",
};

interface Grounds {
  readonly fitted: Fit;
  readonly score: Scoring;
  readonly pairing: Pairing;
  readonly dependence: FamilyDependence;
  readonly draws: Draws;
}

/** Everything about one benchmark's correlation with the score. */
export function evidenceFor(
  { fitted, score, pairing, dependence, draws }: Grounds,
  column: number,
  options: ComputeOptions,
) {
  const pairs = pairing.with(fitted.slice.columns[column] as Float64Array);
  const measured = {
    column,
    isPart: fitted.capabilities.includes(column),
    found: correlatePairs(pairs, score.reason, options.correlation),
    quadraticP: quadraticP(pairs.rankX, pairs.rankY),
    familyIcc: dependence.residual(pairs, column),
  };
  return evidenceOf(measured, options, draws);
}

function rangeOf(values: Float64Array): { low: number; high: number } | null {
  const present = values.filter((value) => !Number.isNaN(value));
  if (present.length === 0) return null;
  const [low, high] = present.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)] as const,
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as const,
  );
  return { low, high };
}
