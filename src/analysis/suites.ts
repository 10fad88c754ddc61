import * as z from "zod";
import { KINDS } from "../matrix/score-matrix.js";
import { BestSuites, compareSuites, type Suite } from "../stats/best-suites.js";
import { correlation } from "../stats/correlation.js";
import { correlationInterval } from "../stats/correlation-interval.js";
import { standardDeviation } from "../stats/standard-deviation.js";
import { interval, nullableNumber } from "./answer.js";
import { averagesOf, averageWarnings } from "./capabilities.js";
import { type Scoring, scoring } from "./measure.js";
import { question } from "./question.js";
import {
  MOST_SUITES,
  type SuitePlan,
  sampleWithout,
  suitePart,
  suitePlan,
  suitesFound,
} from "./suite-plan.js";
import { suitesConclusion } from "./suites-conclusion.js";

/** A difference in ρ below this changes no reading (METHODS §3): a weaker member cannot be what cancels another. */
const WEAK = 0.1;

const row = z
  .object({
    place: z.number().int().meta({ description: "1: least |ρ| of the search on all models" }),
    benchmarks: z.array(z.string()),
    rhoOutOfFold: nullableNumber.meta({
      description:
        "The result: over models that the selection had not seen, each with the suite of this place selected without its fold",
    }),
    interval: interval.nullable().meta({ description: "Of rhoOutOfFold (Bonett–Wright)" }),
    n: z.number().int().meta({ description: "Models behind rhoOutOfFold" }),
    rhoOptimised: z
      .number()
      .meta({ description: "On the models that it was selected on: optimised, not a finding" }),
    alpha: z.number().meta({ description: "Standardised Cronbach's α, on all models" }),
    cancels: z.boolean().meta({
      description: "A member above the suite's |ρ| (and .1) and one below its negative: low by cancellation",
    }),
    members: z.array(z.object({ benchmark: z.string(), rho: z.number() })),
    foldsAgreeing: z
      .number()
      .int()
      .meta({ description: "Folds whose selection at this place is this very suite" }),
    reason: z.string().nullable().meta({ description: "Why rhoOutOfFold is null" }),
  })
  .meta({ id: "Suite" });
export type SuiteRow = z.infer<typeof row>;

/** Which few benchmarks together follow capability least, and does that hold for models they were not chosen on? */
export const suites = question({
  name: "suites",
  summary: "Small suites of benchmarks that follow capability least",
  description:
    "Suites of `size` benchmarks (equal weights on z-scores) with the least |Spearman ρ| with the capabilities score among those that hang together (standardised Cronbach's α ≥ .7); all are tried up to two million, beyond that a search by swaps. An aggregate never stands with its parts. The selection is repeated with each model family held out: `rhoOutOfFold` is the result, `rhoOptimised` is what selection makes of the models it sees. METHODS §10.",
  ignores: ["correlation", "seed", "resamples", "threshold", "fdrFamily", "resampleBy"],
  options: {
    kind: z.array(z.enum(KINDS)).default(["safety"]).meta({ description: "Repeat: kinds to choose from" }),
    size: z.coerce.number().int().min(2).max(6).default(3).meta({ description: "Benchmarks in a suite" }),
  },
  rows: "suites",
  shape: {
    suites: z.array(row),
    candidates: z.number().int(),
    possible: z.number().nullable().meta({ description: "Suites of this size among the candidates" }),
    exhaustive: z.boolean().nullable().meta({ description: "Whether all of them were tried" }),
    folds: z.object({ by: z.enum(["family", "model"]).nullable(), count: z.number().int() }),
    reason: z.string().nullable().meta({ description: "Why there is no suite" }),
    conclusion: z.string(),
  },
  plan: ({ fitted }, { measure, kind, size }) =>
    suitePlan(fitted, scoring(fitted, measure), { kinds: kind, size }),
  work: suitePart,
  answer({ fitted, plan }, { measure, level }) {
    const names = (columns: readonly number[]) =>
      columns.map((j) => fitted.slice.benchmarks[j]?.benchmark as string);
    const warnings = averageWarnings(averagesOf(fitted), measure);
    if (plan === null) {
      const reason = whyNone(scoring(fitted, measure));
      return { answer: { ...NONE, reason, conclusion: suitesConclusion([], null, reason) }, warnings };
    }
    const rows = suiteRows(plan, names(plan.columns), level);
    const reason = rows.length === 0 ? "noReliableSuite" : null;
    const incomplete = names(plan.incomplete);
    return {
      answer: {
        suites: rows,
        candidates: plan.columns.length,
        possible: plan.possible,
        exhaustive: plan.exhaustive,
        folds: { by: plan.folds.by, count: plan.folds.count },
        reason,
        conclusion: suitesConclusion(rows, plan, reason),
      },
      warnings: [
        ...warnings,
        ...(incomplete.length === 0
          ? []
          : [
              {
                code: "incompleteBenchmarks",
                message: "not chosen from: a model that has the score has not taken them",
                count: incomplete.length,
                names: incomplete.slice(0, 10),
              },
            ]),
      ],
    };
  },
});

function whyNone({ values, reason }: Scoring): string {
  return (
    reason ??
    (values.filter((value) => !Number.isNaN(value)).length < 3 ? "tooFewModels" : "tooFewBenchmarks")
  );
}

const NONE = {
  suites: [],
  candidates: 0,
  possible: null,
  exhaustive: null,
  folds: { by: null, count: 0 },
};

function suiteRows(plan: SuitePlan, names: readonly string[], level: number): SuiteRow[] {
  const whole = sampleWithout(plan, -1);
  const selected = Array.from({ length: plan.folds.count }, (_, fold) => selectedIn(plan, fold));
  const unseen = unseenSums(plan, selected);
  return selectedIn(plan, -1).map((suite, k) => {
    const members = suite.members.map((j) => ({ benchmark: names[j] as string, rho: whole.rhoOf([j]) }));
    const { n, rho } = outOfFold(plan, unseen[k] as Float64Array);
    const bounds = rho === null ? null : correlationInterval(rho, n, level, "spearman");
    const least = Math.max(Math.abs(suite.rho), WEAK);
    return {
      place: k + 1,
      benchmarks: members.map(({ benchmark }) => benchmark),
      rhoOutOfFold: rho,
      interval: bounds === null ? null : { ...bounds, level, method: "bonettWright" },
      n,
      rhoOptimised: suite.rho,
      alpha: suite.alpha,
      cancels: members.some((one) => one.rho > least) && members.some((one) => one.rho < -least),
      members,
      foldsAgreeing: selected.filter((found) => found[k] !== undefined && isSame(found[k] as Suite, suite))
        .length,
      reason: rho !== null ? null : plan.folds.by === null || n < 3 ? "tooFewModels" : "constant",
    };
  });
}

/** The best suites of one fold, over its parts. */
function selectedIn(plan: SuitePlan, fold: number): readonly Suite[] {
  const best = new BestSuites(MOST_SUITES);
  plan.tasks.forEach((task, part) => {
    if (task.fold === fold) for (const suite of suitesFound(plan, part)) best.offer(suite);
  });
  return [...best.kept].sort(compareSuites);
}

/** One list a place: each model's mean z-score on the suite that was selected without it, on the scale of the models selected on. */
function unseenSums(plan: SuitePlan, selected: readonly (readonly Suite[])[]): Float64Array[] {
  const { candidates, folds } = plan;
  const sums = Array.from({ length: MOST_SUITES }, () =>
    new Float64Array(candidates.models).fill(Number.NaN),
  );
  selected.forEach((suites, fold) => {
    const training = [...folds.foldOf.keys()].filter((i) => folds.foldOf[i] !== fold);
    const cell = (j: number, i: number) => candidates.values[j * candidates.models + i] as number;
    suites.forEach(({ members }, k) => {
      const scales = members.map((j) => scaleOf(training.map((i) => cell(j, i))));
      folds.foldOf.forEach((other, i) => {
        if (other !== fold) return;
        const z = members.map((j, at) => (scales[at] as Scale)(cell(j, i)));
        (sums[k] as Float64Array)[i] = z.reduce((sum, value) => sum + value, 0) / members.length;
      });
    });
  });
  return sums;
}

type Scale = (value: number) => number;

function scaleOf(values: readonly number[]): Scale {
  const origin = values[0] as number;
  const mean = values.reduce((sum, value) => sum + (value - origin) / values.length, 0);
  const sd = standardDeviation(values, 0);
  return (value) => (value - origin - mean) / sd;
}

function outOfFold({ candidates }: SuitePlan, sums: Float64Array): { n: number; rho: number | null } {
  const seen = [...sums.keys()].filter((i) => Number.isFinite(sums[i]));
  const at = (values: Float64Array) => Float64Array.from(seen, (i) => values[i] as number);
  return { n: seen.length, rho: correlation(at(candidates.score), at(sums), "spearman") };
}

function isSame(a: Suite, b: Suite): boolean {
  return a.members.every((member, k) => member === b.members[k]);
}
