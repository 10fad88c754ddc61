import * as z from "zod";
import { DomainError } from "../errors.js";
import type { Warning } from "../matrix/warning.js";
import { crossFittedResiduals } from "../stats/cross-fitted-residuals.js";
import { midranks } from "../stats/ranks.js";
import { joinRoundingTies } from "../stats/rounding-ties.js";
import { interval, nullableNumber } from "./answer.js";
import { areaResiduals } from "./area-residuals.js";
import { averagesOf, averageWarnings } from "./capabilities.js";
import { differentialConclusion } from "./differential-conclusion.js";
import { familyNumbers } from "./families.js";
import type { Fit } from "./fit.js";
import { scoring } from "./measure.js";
import { unknownNames } from "./nearest-names.js";
import { question } from "./question.js";

const row = z
  .object({
    model: z.string(),
    name: z.string().nullable(),
    family: z.string().nullable(),
    score: nullableNumber.meta({ description: "Of capabilities" }),
    safety: nullableNumber.meta({
      description: "z-scored on the models trained on; of several benchmarks, the mean",
    }),
    expected: nullableNumber.meta({
      description: "At this capability, by the line through the models trained on",
    }),
    residual: nullableNumber.meta({
      description: "safety − expected; of several benchmarks, the mean of the z-scored residuals",
    }),
    interval: interval
      .nullable()
      .meta({ description: "Of a new model's residual around this one: r ± t·SE" }),
    standardised: nullableNumber.meta({ description: "r/SE, by which one benchmark ranks" }),
    rank: nullableNumber.meta({ description: "1 is safest for its capability; ties share their mean rank" }),
    extrapolated: z
      .boolean()
      .nullable()
      .meta({ description: "More or less capable than every model trained on: not ranked" }),
    training: z.enum(["otherFamilies", "leaveOneModelOut"]).nullable(),
    trainedOn: z.number().int().nullable().meta({ description: "Models" }),
    benchmarks: z.number().int().nullable().meta({ description: "That the residual rests on" }),
    reason: z.string().nullable(),
  })
  .meta({ id: "DifferentialSafetyRow" });
export type DifferentialSafetyRow = z.infer<typeof row>;

/** Which models are safer than their capability predicts? */
export const differentialSafety = question({
  name: "differential-safety",
  summary: "Models that are safer than their capability predicts",
  description:
    "Safety on one benchmark, an area or a list of benchmarks, less what the line through the models of other families expects at the model's capability, with a prediction interval. Models more or less capable than every model trained on are extrapolated and not ranked. Several benchmarks: the mean of their z-scored residuals, over at least half of them. METHODS §10.",
  ignores: ["correlation", "seed", "resamples", "threshold", "fdrFamily", "resampleBy"],
  options: {
    benchmark: z
      .array(z.string())
      .default([])
      .meta({ description: "Safety is this benchmark; repeat: the mean over these" }),
    area: z
      .array(z.string())
      .default([])
      .meta({ description: "Safety is the mean over this area's benchmarks" }),
  },
  rows: "ranking",
  shape: {
    ranking: z.array(row),
    benchmarks: z.array(z.string()).meta({ description: "What safety was taken to be" }),
    outside: z.object({
      above: z.number().int().meta({ description: "Ranked models whose interval lies above 0" }),
      below: z.number().int(),
      expectedByChance: z
        .number()
        .meta({ description: "Intervals that would leave 0 out if nothing but noise moved a model" }),
    }),
    conclusion: z.string(),
  },
  answer({ fitted }, options) {
    const columns = safetyColumns(fitted, options);
    const named = columns.map((j) => fitted.slice.benchmarks[j]?.benchmark as string);
    const { values: capability, reason } = scoring(fitted, options.measure);
    const found = residualRows(fitted, { columns, capability, reason, level: options.level });
    const ranking = ranked(found, columns.length > 1);
    const counted = ranking.filter(({ rank, interval: bounds }) => rank !== null && bounds !== null);
    const outside = {
      above: counted.filter((one) => (one.interval?.low ?? 0) > 0).length,
      below: counted.filter((one) => (one.interval?.high ?? 0) < 0).length,
      expectedByChance: counted.length * (1 - options.level),
    };
    return {
      answer: {
        ranking,
        benchmarks: named,
        outside,
        conclusion: differentialConclusion(ranking, outside, named),
      },
      warnings: [
        ...averageWarnings(averagesOf(fitted), options.measure),
        ...partWarnings(fitted, columns),
        ...trainingWarnings(ranking),
      ],
    };
  },
});

interface Asked {
  readonly benchmark: readonly string[];
  readonly area: readonly string[];
}

/**
 * The benchmarks asked for by name or area, of those that a model of the class has.
 *
 * @throws {DomainError} `invalid` for neither or both; `unknownName`.
 */
function safetyColumns({ slice }: Fit, { benchmark = [], area = [] }: Partial<Asked>): number[] {
  if ((benchmark.length === 0) === (area.length === 0)) {
    const message = "name the safety that is meant: benchmark= (repeat for several) or area=, one of the two";
    throw new DomainError("invalid", message, [{ parameter: "benchmark", message }]);
  }
  const areas = new Set(slice.benchmarks.flatMap((one) => (one.area === null ? [] : [one.area])));
  unknownNames([
    { parameter: "benchmark", given: benchmark, known: slice.benchmarks.map((one) => one.benchmark) },
    { parameter: "area", given: area, known: [...areas] },
  ]).throwIfAny("unknownName");
  const [names, wanted] = [new Set(benchmark), new Set(area)];
  const columns = slice.benchmarks.flatMap((one, j) =>
    names.has(one.benchmark) || (one.area !== null && wanted.has(one.area)) ? [j] : [],
  );
  const anyone = columns.filter((j) => !slice.columns[j]?.every(Number.isNaN));
  const kept = anyone.length === 0 ? columns : anyone;
  const name = (j: number) => slice.benchmarks[j]?.benchmark as string;
  return kept.sort((a, b) => (name(a) < name(b) ? -1 : 1));
}

interface Sides {
  readonly columns: readonly number[];
  readonly capability: Float64Array;
  /** Why no model has a capabilities score. */
  readonly reason: string | null;
  readonly level: number;
}

function residualRows(fitted: Fit, { columns, capability, reason, level }: Sides): DifferentialSafetyRow[] {
  const families = familyNumbers(fitted.slice.models);
  const cells = columns.map((j) => fitted.slice.columns[j] as Float64Array);
  const found =
    cells.length === 1
      ? crossFittedResiduals({ capability, safety: cells[0] as Float64Array, families }, level)
      : areaResiduals({ capability, columns: cells, families, level });
  return fitted.slice.models.map(({ model, name, family }, i) => {
    const one = found[i] as (typeof found)[number];
    const who = {
      model,
      name,
      family,
      score: Number.isNaN(capability[i]) ? null : (capability[i] as number),
    };
    if (one.reason !== null) return { ...who, ...NOTHING, reason: reason ?? one.reason };
    const { observed, expected, residual, reach, extrapolated, training } = one;
    const several = "benchmarks" in one;
    return {
      ...who,
      safety: observed,
      expected,
      residual,
      interval:
        reach === null
          ? null
          : { low: residual - reach, high: residual + reach, level, method: "prediction" },
      standardised: several || one.standardError === null ? null : residual / one.standardError,
      rank: null,
      extrapolated,
      training,
      trainedOn: several ? one.leastTrainedOn : one.n,
      benchmarks: several ? one.benchmarks : 1,
      reason: extrapolated ? "extrapolated" : reach === null ? (several ? "noInterval" : "exactFit") : null,
    };
  });
}

const NOTHING = {
  safety: null,
  expected: null,
  residual: null,
  interval: null,
  standardised: null,
  rank: null,
  extrapolated: null,
  training: null,
  trainedOn: null,
  benchmarks: null,
} as const;

/** Safest first; one benchmark by r/SE, several by their mean, which is standardised already. Unranked models follow by name. */
function ranked(rows: readonly DifferentialSafetyRow[], several: boolean): DifferentialSafetyRow[] {
  const value = ({ standardised, residual }: DifferentialSafetyRow) => (several ? residual : standardised);
  const can = rows.filter((one) => one.extrapolated === false && value(one) !== null);
  const places = midranks(joinRoundingTies(Float64Array.from(can, (one) => 0 - (value(one) as number))));
  const rankOf = new Map(can.map((one, k) => [one, places[k] as number]));
  return rows
    .map((one) => ({ ...one, rank: rankOf.get(one) ?? null }))
    .sort((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || (a.model < b.model ? -1 : 1));
}

function partWarnings(fitted: Fit, columns: readonly number[]): Warning[] {
  const names = columns
    .filter((j) => fitted.capabilities.includes(j))
    .map((j) => fitted.slice.benchmarks[j]?.benchmark as string);
  return names.length === 0
    ? []
    : [
        {
          code: "partOfScore",
          message:
            "is part of the capabilities score: its residual is not what capability leaves unexplained",
          count: names.length,
          names: names.slice(0, 10),
        },
      ];
}

function trainingWarnings(ranking: readonly DifferentialSafetyRow[]): Warning[] {
  const names = ranking.filter(({ training }) => training === "leaveOneModelOut").map(({ model }) => model);
  return names.length === 0
    ? []
    : [
        {
          code: "trainedOnOwnFamily",
          message: "fewer than 8 models of other families: the line goes through all other models",
          count: names.length,
          names: names.slice(0, 10),
        },
      ];
}
