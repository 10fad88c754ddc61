import * as z from "zod";
import { modelSetHash } from "../matrix/digest.js";
import type { Warning } from "../matrix/warning.js";
import { nullableNumber } from "./answer.js";
import { averagesOf, averageWarnings } from "./capabilities.js";
import type { Fit } from "./fit.js";
import { type FixedSample, fixedSample } from "./fixed-sample.js";
import { fragilityOf, fragilityShape } from "./fragility.js";
import { gamingPercentile, leftOutOfSet, placesOf, submittedSet } from "./model-sets.js";
import { unknownNames } from "./nearest-names.js";
import { type OptionsOf, question } from "./question.js";
import { boundsOf, boundsRow } from "./sensitivity-bounds.js";
import { sensitivityConclusion } from "./sensitivity-conclusion.js";
import { leftOutFamily, leftOutModel, withoutEachFamily, withoutEachModel } from "./sensitivity-left-out.js";
import { sensitivityPart } from "./sensitivity-part.js";
import { MOST_BAND_MS, sensitivityPlan } from "./sensitivity-plan.js";

const own = {
  benchmark: z
    .array(z.string())
    .min(1)
    .max(1, "one at a time: bounds are of one benchmark")
    .meta({ description: "Required: the benchmark whose correlation is tried" }),
  drop: z.coerce
    .number()
    .int()
    .min(1)
    .max(20)
    .default(3)
    .meta({ description: "Bounds for 1 … this many models dropped" }),
  refit: z
    .stringbool({ truthy: ["true"], falsy: ["false"], case: "sensitive" })
    .default(false)
    .meta({
      description: "Whether the capabilities score is refitted on what is left, instead of held fixed",
    }),
  model: z
    .array(z.string())
    .optional()
    .meta({ description: "Repeat: a submitted model set, to be placed among random sets of its size" }),
};
type Options = OptionsOf<typeof own>;

/** Can the correlation be gamed by choosing the models? */
export const sensitivity = question({
  name: "sensitivity",
  summary: "How far a choice of models can move a benchmark's correlation",
  description:
    "The least and greatest correlation over all ways to leave out exactly 1 … `drop` models, ranks made anew, the score held fixed or refitted; each beside a reference band, since such bounds look damning for any sample: where they lie for 200 bivariate normal samples of as many models with this correlation (score fixed). Exact over up to two million subsets (with `refit=true`, while the refits take some seconds), else found greedily with swaps: `exact` says which, and the band's bounds are found in the same way. Then how few models must go for |ρ| to change its side of τ, its sign or its verdict; the correlation without each model and without each family; and the place of a submitted model set among 10 000 random ones of its size. METHODS §7.",
  options: own,
  ignores: ["resamples", "fdrFamily", "resampleBy"],
  rows: "bounds",
  shape: {
    benchmark: z.string(),
    n: z.number().int().meta({ description: "Models that have both the score and the benchmark" }),
    referenceSetHash: z.string().meta({ description: "`modelSetHash` of these models" }),
    rho: nullableNumber,
    reason: z.string().nullable().meta({ description: "Why `rho` is null" }),
    bounds: z.array(boundsRow),
    fragility: fragilityShape.nullable(),
    leaveOneModelOut: z.array(leftOutModel),
    leaveOneFamilyOut: z.array(leftOutFamily),
    percentileAmongSets: nullableNumber.optional().meta({
      description: "Of a submitted set's correlation: (#{<} + ½ #{=})/B among random sets, a fraction",
    }),
    submittedSet: submittedSet.optional(),
    conclusion: z.string(),
  },
  plan({ fitted }, options) {
    const { sample, places } = askedOf(fitted, options);
    const setSize = places?.length ?? null;
    return sensitivityPlan(
      fitted,
      sample,
      { ...options, setSize, beyond: true, bandMs: MOST_BAND_MS },
      options,
    );
  },
  work: sensitivityPart,
  answer({ fitted, plan }, options) {
    const { column, sample, places } = askedOf(fitted, options);
    const isPart = fitted.capabilities.includes(column);
    const bounds = boundsOf(sample, plan, options.drop, options);
    const fragility = plan === null ? null : fragilityOf(plan, isPart, options);
    const families = withoutEachFamily(sample, plan, options);
    const submitted = places === null ? null : gamingPercentile(sample, places, plan, options);
    const names = sample.models.map(({ model }) => model);
    return {
      answer: {
        benchmark: fitted.slice.benchmarks[column]?.benchmark as string,
        n: sample.models.length,
        referenceSetHash: modelSetHash(names),
        rho: sample.rho,
        reason: sample.reason,
        bounds,
        fragility,
        leaveOneModelOut: withoutEachModel(sample, plan, options),
        leaveOneFamilyOut: families,
        ...(submitted === null
          ? {}
          : { percentileAmongSets: submitted.percentile, submittedSet: submitted.submitted }),
        conclusion: sensitivityConclusion({
          className: fitted.slice.class,
          n: sample.models.length,
          rho: sample.rho,
          reason: sample.reason,
          refit: (plan?.refits ?? null) !== null,
          threshold: options.threshold,
          level: options.level,
          bounds,
          fragility,
          families,
          submitted:
            submitted === null ? null : { percentile: submitted.percentile, set: submitted.submitted },
        }),
      },
      warnings: [
        ...averageWarnings(averagesOf(fitted), options.measure),
        ...sensitivityWarnings(sample, isPart),
        ...(options.refit && plan !== null && plan.refits === null ? [nothingToRefit(options)] : []),
        ...(submitted === null ? [] : leftOutOfSet(options.model ?? [], submitted.submitted.models)),
      ],
    };
  },
});

interface Asked {
  readonly column: number;
  readonly sample: FixedSample;
  /** Of a submitted set's models in the sample; `null` where none was submitted. */
  readonly places: readonly number[] | null;
}

/** @throws {DomainError} `unknownName` for a benchmark or model that is not there. */
function askedOf(fitted: Fit, options: Options): Asked {
  const known = fitted.slice.benchmarks.map(({ benchmark }) => benchmark);
  unknownNames([{ parameter: "benchmark", given: options.benchmark, known }]).throwIfAny("unknownName");
  const column = known.indexOf(options.benchmark[0] as string);
  const sample = fixedSample(fitted, column, options);
  const { model } = options;
  return { column, sample, places: model === undefined ? null : placesOf(sample, fitted, model) };
}

/** What a reader of bounds must know about the benchmark and the families. */
function sensitivityWarnings({ models }: FixedSample, isPart: boolean): Warning[] {
  const unknown = models.filter(({ family }) => family === null).map(({ model }) => model);
  return [
    ...(isPart
      ? [
          {
            code: "partOfScore",
            message:
              "the benchmark is part of the capabilities score: its correlation is of a part with the whole",
          },
        ]
      : []),
    ...(unknown.length > 0
      ? [
          {
            code: "familyUnknown",
            message: "declare no family: leaveOneFamilyOut has no row for them",
            count: unknown.length,
            names: unknown.slice(0, 10),
          },
        ]
      : []),
  ];
}

function nothingToRefit({ measure }: Options): Warning {
  const message = `refit=true changes nothing: ${measure} is not fitted on the class, so that no model's loss moves another's score`;
  return { code: "nothingToRefit", message };
}
