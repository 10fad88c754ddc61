import * as z from "zod";
import { normalisedCongruence } from "../stats/congruence.js";
import { quantiles } from "../stats/distribution.js";
import { nullableNumber } from "./answer.js";
import { type Fit, fitCapabilities } from "./fit.js";
import { enough, usable } from "./inference.js";
import { question } from "./question.js";
import { splitHalfShape, splitHalves } from "./split-half.js";

/** Random matrices of the parallel analysis, and the share of them that a real eigenvalue must exceed (Horn 1965). */
const NULL_MATRICES = 1_000;
const NULL_QUANTILE = 0.95;
const LOW = 0.025;

/** Is there one capability, and would other benchmarks or other models give the same? */
export const dimension = question({
  name: "dimension",
  summary: "How many components the capability benchmarks have, and how stable the first is",
  description:
    "The eigenvalues beside those of random matrices of the same size (parallel analysis: 1 000 normal matrices, 95th percentile); the score refitted without each of its benchmarks; congruence |v* · v| of the weights over bootstrap resamples; and halves of the models fitted apart, each half scored with the other's frozen weights. METHODS §12.",
  ignores: ["measure", "correlation", "level", "threshold", "fdrFamily"],
  rows: "eigenvalues",
  shape: {
    eigenvalues: z.array(
      z.object({
        component: z.number().int(),
        eigenvalue: z.number(),
        share: z.number().meta({ description: "λ/Σλ" }),
        nullQuantile: nullableNumber.meta({ description: "95th percentile over random matrices" }),
      }),
    ),
    components: z
      .number()
      .int()
      .nullable()
      .meta({ description: "Leading eigenvalues above those of random matrices" }),
    leaveOneBenchmarkOut: z.array(
      z.object({
        benchmark: z.string(),
        explainedVariance: nullableNumber,
        congruence: nullableNumber.meta({
          description:
            "Of the weights without this benchmark with the weights of the others in the full fit (Tucker's φ)",
        }),
        reason: z.string().nullable(),
      }),
    ),
    congruence: z
      .object({
        median: z.number(),
        low: z.number().meta({ description: "2.5th percentile" }),
        usableResamples: z.number().int(),
      })
      .nullable()
      .meta({ description: "|v* · v| over bootstrap resamples" }),
    splitHalf: splitHalfShape.nullable(),
    reason: z.string().nullable().meta({ description: "Why nulls are: no component, or resamples=0" }),
  },
  needs: () => ({
    measures: ["pc1"],
    targets: "none",
    permutations: false,
    congruence: true,
    nullMatrices: NULL_MATRICES,
  }),
  answer({ fitted, draws }, options) {
    const eigenvalues = [...(fitted.spectrum?.eigenvalues ?? [])];
    const quantile = nullQuantiles(draws.nullEigenvalues, eigenvalues.length);
    const total = eigenvalues.reduce((sum, value) => sum + value, 0);
    const firstNot = eigenvalues.findIndex((value, k) => value <= (quantile[k] ?? Number.POSITIVE_INFINITY));
    const congruence = draws.congruence;
    const defined = congruence === null ? null : usable(congruence);
    return {
      answer: {
        eigenvalues: eigenvalues.map((eigenvalue, k) => ({
          component: k + 1,
          eigenvalue,
          share: eigenvalue / total,
          nullQuantile: quantile[k] ?? null,
        })),
        components: quantile.length === 0 ? null : firstNot < 0 ? eigenvalues.length : firstNot,
        leaveOneBenchmarkOut: fitted.used.map((j) => withoutBenchmark(fitted, j)),
        congruence:
          congruence === null || defined === null || !enough(defined, congruence) ? null : spreadOf(defined),
        splitHalf: options.resamples === 0 ? null : splitHalves(fitted, options.seed),
        reason: fitted.reason ?? (options.resamples === 0 ? "noResamples" : null),
      },
      warnings: [],
    };
  },
});

function nullQuantiles(all: Float64Array | null, p: number): number[] {
  if (all === null || all.length === 0 || p === 0) return [];
  return Array.from({ length: p }, (_, k) => {
    const [value] = quantiles(
      all.filter((_, at) => at % p === k),
      [NULL_QUANTILE],
    );
    return value as number;
  });
}

function spreadOf(congruence: Float64Array) {
  const [median, low] = quantiles(congruence, [0.5, LOW]) as [number, number];
  return { median, low, usableResamples: congruence.length };
}

/** On the models of the full fit, so that only the benchmark is left out. */
function withoutBenchmark(fitted: Fit, column: number) {
  const benchmark = fitted.slice.benchmarks[column]?.benchmark as string;
  const rest = fitCapabilities(
    fitted.slice,
    fitted.basis,
    fitted.capabilities.filter((j) => j !== column),
  );
  const full = fitted.component;
  const congruence =
    full === null || rest.component === null
      ? null
      : normalisedCongruence(
          rest.component.weights,
          Float64Array.from(rest.used, (j) => full.weights[fitted.used.indexOf(j)] ?? 0),
        );
  return {
    benchmark,
    explainedVariance: rest.spectrum?.explainedVariance ?? null,
    congruence,
    reason: rest.reason,
  };
}
