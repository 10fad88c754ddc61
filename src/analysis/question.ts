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

/** What a question may look at. */
export interface Grounds {
  /** The fit of the class that was asked about. */
  readonly fitted: Fit;
  /** Every class of the matrix, in order of appearance, and its fit with the same options. */
  readonly classes: readonly string[];
  fitOf(className: string): Fit;
  /** The class of a model of the matrix, whether or not it is excluded; `null` where there is no such model. */
  classOf(model: string): string | null;
}

/** What a question may answer from. `plan` is its own, every part of it done. */
export interface Evidence<Plan> extends Grounds {
  readonly draws: Draws;
  readonly plan: Plan | null;
}

/**
 * Work of a question's own, beside what is resampled for all. Any thread may do any part in any order: a plan is
 * structured-clonable, and what its parts write lies on disjoint regions of shared memory.
 */
export interface Plan {
  /** Of about equal work, some 20 ms each. */
  readonly parts: number;
}

/** The options of a question: those that all share, and its own. */
export type OptionsOf<Own extends z.ZodRawShape> = ComputeOptions & z.infer<z.ZodObject<Own>>;

/**
 * A question about one class of a matrix: a pure projection of its fit. The table of questions gives each
 * its route, OpenAPI text and key; a new analysis is one file and one line there.
 */
export interface Question<
  Shape extends z.ZodRawShape = z.ZodRawShape,
  Own extends z.ZodRawShape = z.ZodRawShape,
  Planned extends Plan = Plan,
> {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** Compute options of its own; one that has the name of a view option stands in its place. */
  readonly options?: Own;
  /** Shared compute options that this question does not read: accepted, but no part of its answer or key. */
  readonly ignores: readonly (keyof ComputeOptions)[];
  /** Schema of the answer's own fields. */
  readonly shape: Shape;
  /** The list that CSV and view options mean by default. */
  readonly rows: keyof Shape & string;
  /** What is resampled before the answer; nothing by default. */
  needs?(options: OptionsOf<Own>): Needs;
  /** @throws {DomainError} for what the options ask and the matrix does not have. */
  plan?(grounds: Grounds, options: OptionsOf<Own>): Planned | null;
  work?(plan: Planned, part: number): void;
  /** @throws {DomainError} as `plan`. */
  answer(evidence: Evidence<Planned>, options: OptionsOf<Own>): Finding<z.infer<z.ZodObject<Shape>>>;
}

/** Keeps a question's own types while the table holds them all as one. */
export function question<
  Shape extends z.ZodRawShape,
  Own extends z.ZodRawShape = Record<never, never>,
  Planned extends Plan = Plan,
>(definition: Question<Shape, Own, Planned>): Question<Shape, Own, Planned> {
  return definition;
}
