import * as z from "zod";
import { LONGEST_NAME, nameFault } from "../matrix/names.js";
import { DIRECTIONS, KINDS } from "../matrix/score-matrix.js";

/** The canonical JSON of a post, as one definition for the reader and for the API's schema. */

const name = z
  .string()
  .superRefine((text, context) => {
    const fault = nameFault(text);
    if (fault !== null) context.addIssue({ code: "custom", message: `the name ${fault}` });
  })
  .meta({ minLength: 1, maxLength: LONGEST_NAME });

const prose = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine(
      (text) => text.isWellFormed() && !text.includes("\u0000"),
      "the text has U+0000 or a lone surrogate",
    );

const link = prose(2048).refine(
  (text) => /^https?:\/\//i.test(text),
  "a link starts with https:// or http://",
);

const className = name.refine(
  (text) => text !== "*",
  "the class * is reserved: class=* asks for every class",
);

const count = z.number().positive();

export const MOST_INTERVENTIONS = 100;

const canonicalIntervention = z
  .strictObject({
    method: name,
    dose: z.number().nullish().meta({ description: "How much of it, in the method's own unit." }),
  })
  .meta({ id: "Intervention", description: "What was done to the parent to make this model." });

export const canonicalModel = z
  .strictObject({
    model: name.meta({ description: "The name that scores use." }),
    name: name.nullish().meta({ description: "The name for people." }),
    class: className
      .nullish()
      .meta({ description: "Statistics are made within a class, such as base or chat." }),
    family: name.nullish().meta({ description: "Models of one family are not independent of each other." }),
    parameters: count.nullish().meta({ description: "Count of parameters, not billions." }),
    trainingTokens: count.nullish().meta({ description: "Count of training tokens." }),
    trainingFlop: count.nullish().meta({ description: "Training compute in floating-point operations." }),
    releasedOn: z.iso.date("a date is written YYYY-MM-DD and exists").nullish(),
    parent: name.nullish().meta({ description: "The model that this one was made from." }),
    interventions: z.array(canonicalIntervention).max(MOST_INTERVENTIONS).nullish(),
  })
  .meta({
    id: "ModelDeclaration",
    description: "A row of the matrix. What is null or left out is not declared.",
  });

export const canonicalBenchmark = z
  .strictObject({
    benchmark: name.meta({ description: "The name that scores use." }),
    name: name.nullish().meta({ description: "The name for people." }),
    kind: z.enum(KINDS).nullish(),
    area: name.nullish(),
    metric: name.nullish(),
    direction: z
      .enum(DIRECTIONS)
      .nullish()
      .meta({ description: "Which scores are better, and for safety: safer." }),
    chance: z
      .number()
      .nullish()
      .meta({ description: "The score of random answers, in the benchmark's unit." }),
    min: z.number().nullish(),
    max: z.number().nullish(),
    items: z.int().positive().nullish().meta({ description: "Number of test items." }),
  })
  .meta({
    id: "BenchmarkDeclaration",
    description: "A column of the matrix. What is null or left out is not declared.",
  });

export const canonicalScore = z
  .strictObject({
    model: name,
    benchmark: name,
    score: z.number().nullable().meta({ description: "In the benchmark's own unit; null is missing." }),
    standardError: z.number().nonnegative().nullish(),
  })
  .meta({ id: "ScoreRecord", description: "A cell of the matrix." });

const about = {
  title: prose(512).nullish(),
  description: prose(20_000).nullish(),
  source: z
    .strictObject({ url: link.nullish(), citation: prose(4_000).nullish(), licence: prose(512).nullish() })
    .nullish(),
};

/** The body as the API documents it. */
export const canonicalMatrix = z
  .strictObject({
    ...about,
    models: z.array(canonicalModel).optional().meta({ description: "Absent: inferred from the scores." }),
    benchmarks: z
      .array(canonicalBenchmark)
      .optional()
      .meta({ description: "Absent: inferred from the scores." }),
    scores: z
      .array(canonicalScore)
      .optional()
      .meta({ description: "At least one, unless the post is merged." }),
  })
  .meta({ id: "CanonicalMatrix", description: "A score matrix." });

const list = z.custom<readonly unknown[]>(Array.isArray, "expected a list");

/** The body's outermost level alone: its lists are read a record at a time, so that a million faults stay cheap. */
export const canonicalEnvelope = z.strictObject({
  ...about,
  models: list.optional(),
  benchmarks: list.optional(),
  scores: list.optional(),
});
