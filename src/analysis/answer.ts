import * as z from "zod";

/** Schemas that the questions' answers share; one definition gives the type, the check and the OpenAPI text. */

export const nullableNumber = z.number().nullable();

export const interval = z
  .object({
    low: z.number(),
    high: z.number(),
    level: z.number(),
    method: z.string(),
  })
  .meta({
    id: "Interval",
    description: "Bounds in the coefficient's own unit; `level` is the nominal coverage",
  });

export const warning = z
  .object({
    code: z.string(),
    message: z.string(),
    count: z.number().int().optional(),
    names: z.array(z.string()).optional().meta({ description: "The first ten concerned" }),
    part: z.string().optional(),
    pointer: z.string().optional(),
    line: z.number().int().optional(),
    column: z.number().int().optional(),
  })
  .meta({ id: "Warning", description: "Something that was assumed, repaired or left out" });

/** Every answer starts with what it rests on. */
export const answerHead = {
  digest: z.string().meta({ description: "Of the revision's content; equal digests have equal answers" }),
  class: z.string(),
  modelCount: z.number().int().meta({ description: "Models that the capabilities score is fitted on" }),
  modelSetHash: z
    .string()
    .meta({ description: "Of their names, sorted: the same set has the same hash anywhere" }),
  methodVersion: z.string(),
  options: z
    .record(z.string(), z.unknown())
    .meta({ description: "Every compute option with the value used" }),
  warnings: z.array(warning),
};
