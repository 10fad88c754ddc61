import type * as z from "zod";
import type { Warning } from "../matrix/warning.js";
import type { Draws } from "./draws.js";
import type { Fit } from "./fit.js";
import type { Needs } from "./needs.js";
import type { ComputeOptions } from "./options.js";

/** What a question answers beyond the head that every answer shares. */
export interface Finding<Answer> {
  readonly answer: Answer;
  readonly warnings: readonly Warning[];
}

/**
 * A question about one class of a matrix: a pure projection of its fit. The table of questions gives each
 * its route, OpenAPI text and key; a new analysis is one file and one line there.
 */
export interface Question<Shape extends z.ZodRawShape = z.ZodRawShape> {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** Compute options that this question does not read: accepted, but no part of its answer or key. */
  readonly ignores: readonly (keyof ComputeOptions)[];
  /** Schema of the answer's own fields. */
  readonly shape: Shape;
  /** The list that CSV and view options mean by default. */
  readonly rows: keyof Shape & string;
  /** What is resampled before the answer; nothing by default. */
  needs?(options: ComputeOptions): Needs;
  answer(fitted: Fit, options: ComputeOptions, draws: Draws): Finding<z.infer<z.ZodObject<Shape>>>;
}

/** Keeps a question's own types while the table holds them all as one. */
export function question<Shape extends z.ZodRawShape>(definition: Question<Shape>): Question<Shape> {
  return definition;
}
