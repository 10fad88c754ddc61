import * as z from "zod";
import { type Benchmark, KINDS } from "../matrix/score-matrix.js";
import type { Warning } from "../matrix/warning.js";
import { quantiles } from "../stats/distribution.js";
import { nullableNumber } from "./answer.js";
import { correlate } from "./correlate.js";
import { benchmarkFields } from "./correlation-row.js";
import { firstCrossing } from "./crossing.js";
import type { Fit } from "./fit.js";
import { enough, usable } from "./inference.js";
import { overSlice } from "./measure.js";
import { question } from "./question.js";
import { MODES, ORDERS, type ScenarioOptions, scenarioOf, scenarioOptions } from "./scenario.js";
import { taxed } from "./treated.js";
import { whatIfConclusion } from "./what-if-conclusion.js";
import { planWhatIf, RANDOM_ORDERS, type WhatIfPlan, workWhatIf } from "./what-if-plan.js";

const step = z.object({
  models: z.number().int().meta({ description: "How many models are treated" }),
  model: z.string().nullable().meta({
    description: "The last of them; null for none, where steps are left out, and for random orders",
  }),
  rho: nullableNumber.meta({ description: "With random orders: the mean over those where it is defined" }),
  low: nullableNumber.optional().meta({ description: "Random orders only: 2.5 % quantile over the orders" }),
  high: nullableNumber.optional().meta({ description: "Random orders only: 97.5 % quantile" }),
  reason: z.string().nullable().meta({ description: "Why `rho` is null" }),
});
export type PathStep = z.infer<typeof step>;

/** Could an intervention on safety, applied to the strongest models first, turn a correlation around? */
export const whatIf = question({
  name: "what-if",
  summary: "How many treated models would turn a benchmark's correlation with capability",
  description:
    "A scenario treats the models one by one: each one's score on the benchmark goes to a value, and its capability scores pay a tax. `path` is the correlation after each. Giving the strongest models one value reverses ρ mechanically: that a flip is possible does not make it likely. The capabilities score is the first component. METHODS §8.",
  options: scenarioOptions,
  ignores: ["measure", "resamples", "level", "fdrFamily", "resampleBy"],
  rows: "path",
  shape: {
    benchmark: z.string(),
    name: z.string().nullable(),
    kind: z.enum(KINDS),
    area: z.string().nullable(),
    n: z.number().int().meta({ description: "Models that have both the score and the benchmark" }),
    rho: nullableNumber.meta({ description: "As observed, nobody treated" }),
    mode: z.enum(MODES),
    order: z.enum(ORDERS),
    orders: z.number().int().meta({ description: "Orders that each step is averaged over" }),
    target: nullableNumber.meta({ description: "What treated models score, in the benchmark's own unit" }),
    tax: z.number(),
    path: z.array(step),
    firstCrossing: z
      .object({ zero: z.number().int().nullable(), threshold: z.number().int().nullable() })
      .meta({
        description:
          "Least number of treated models at which ρ no longer has its sign, and is on the other side of |ρ| = τ; null where it never is",
      }),
    nearest: z
      .object({ models: z.number().int(), rho: z.number() })
      .nullable()
      .meta({ description: "Where on the path ρ is nearest to 0" }),
    conclusion: z.string(),
    reason: z.string().nullable().meta({ description: "Why there is no path" }),
  },
  plan: ({ fitted }, options): WhatIfPlan | null => planWhatIf(fitted, options),
  work: workWhatIf,
  answer({ fitted, plan }, options) {
    const { column, rows, most, target } = scenarioOf(fitted, options);
    const benchmark = fitted.slice.benchmarks[column] as Benchmark;
    const isPart = fitted.capabilities.includes(column);
    const score = overSlice(fitted, fitted.component?.scores ?? null, fitted.reason);
    const observed = correlate(score, fitted.slice.columns[column] as Float64Array, options.correlation);
    const path =
      plan === null
        ? []
        : pathFrom(
            observed.rho,
            plan,
            (k) => fitted.slice.models[rows[k - 1] as number]?.model ?? null,
            options,
          );
    const crossing = firstCrossing(path, options.threshold);
    const nearest = nearestToZero(path);
    const sign = benchmark.direction === "lower" ? -1 : 1;
    const body = {
      ...benchmarkFields(benchmark, isPart),
      n: observed.n,
      rho: observed.rho,
      mode: options.mode,
      order: options.order,
      orders: plan?.paths ?? 0,
      target: Number.isNaN(target) ? null : sign * target + 0,
      tax: options.tax,
      path,
      firstCrossing: crossing,
      nearest,
      reason: plan === null ? (observed.reason ?? whyNoPath(fitted, options)) : null,
    };
    return {
      answer: {
        ...body,
        conclusion: whatIfConclusion({ ...body, most, class: fitted.slice.class }, options),
      },
      warnings: warningsOf(
        fitted,
        { isPart, thinned: path.length > 0 && path.length <= most, orders: plan?.paths ?? 0 },
        options,
      ),
    };
  },
});

/** The first step, nobody treated, is the correlation as observed, to the last digit. */
function pathFrom(
  observed: number | null,
  { rho, steps, paths }: WhatIfPlan,
  modelAt: (treated: number) => string | null,
  { order }: ScenarioOptions,
): PathStep[] {
  const whole = steps[steps.length - 1] === steps.length - 1;
  return Array.from(steps, (models, s): PathStep => {
    const all = Float64Array.from({ length: paths }, (_, path) => rho[path * steps.length + s] as number);
    const defined = usable(all);
    const there = enough(defined, all);
    const [low = null, high = null] = there ? quantiles(defined, [0.025, 0.975]) : [];
    return {
      models,
      model: order === "random" || !whole || models === 0 ? null : modelAt(models),
      rho: !there ? null : models === 0 ? observed : mean(defined),
      ...(order === "random" ? { low, high } : {}),
      reason: there ? null : "constant",
    };
  });
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function nearestToZero(path: readonly PathStep[]): { models: number; rho: number } | null {
  const defined = path.flatMap(({ models, rho }) => (rho === null ? [] : [{ models, rho }]));
  return defined.length === 0
    ? null
    : defined.reduce((best, at) => (Math.abs(at.rho) < Math.abs(best.rho) ? at : best));
}

function whyNoPath(fitted: Fit, { tax }: ScenarioOptions): string {
  return "unknown" in taxed(fitted, tax) ? "rangeUnknown" : "notFinite";
}

function warningsOf(
  fitted: Fit,
  { isPart, thinned, orders }: { isPart: boolean; thinned: boolean; orders: number },
  { tax, order }: ScenarioOptions,
): Warning[] {
  const treated = taxed(fitted, tax);
  const listed = (code: string, message: string, names: readonly string[]): Warning[] =>
    names.length === 0 ? [] : [{ code, message, count: names.length, names: names.slice(0, 10) }];
  return [
    ...("unknown" in treated
      ? listed(
          "rangeUnknown",
          "no tax: neither chance nor minimum of these benchmarks is declared",
          treated.unknown,
        )
      : listed(
          "chanceAssumed",
          "chance level not declared, taken as the minimum in the tax",
          treated.assumed,
        )),
    ...(isPart
      ? [{ code: "partOfScore", message: "the benchmark is part of the score, which is not changed with it" }]
      : []),
    ...(order === "random" && orders > 0 && orders < RANDOM_ORDERS
      ? [
          {
            code: "fewerOrders",
            message: `so many models are averaged over ${orders} orders instead of ${RANDOM_ORDERS}`,
          },
        ]
      : []),
    ...(thinned
      ? [
          {
            code: "pathThinned",
            message: "not every number of treated models is computed; crossings are among those that are",
          },
        ]
      : []),
  ];
}
