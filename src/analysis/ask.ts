import { DomainError } from "../errors.js";
import { type ClassSlice, classCounts, sliceOf } from "../matrix/class-slice.js";
import { modelSetHash } from "../matrix/digest.js";
import type { ScoreMatrix } from "../matrix/score-matrix.js";
import type { Warning } from "../matrix/warning.js";
import { type Fit, fitCapabilities, fitWarnings } from "./fit.js";
import { METHOD_VERSION } from "./method-version.js";
import { unknownNames } from "./nearest-names.js";
import type { ComputeOptions } from "./options.js";
import type { Evidence, Plan, Question } from "./question.js";

/** A revision's content: the matrix under its digest. */
export interface Content {
  readonly digest: string;
  readonly matrix: ScoreMatrix;
}

/** An answer to a question about one class, complete but for the matrix's name and revision number. */
export interface Answer {
  readonly digest: string;
  readonly class: string;
  readonly modelCount: number;
  readonly modelSetHash: string;
  readonly methodVersion: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly warnings: readonly Warning[];
  readonly [field: string]: unknown;
}

/**
 * The fit that a question rests on.
 *
 * @throws {DomainError} `unknownName` for a class, benchmark or model that is not there,
 * `noCapabilityBenchmarks` where nothing can make a score.
 */
export function fitFor({ matrix }: Content, className: string, options: ComputeOptions): Fit {
  requireKnown(matrix, className, options);
  const slice = sliceOf(matrix, className, new Set(options.exclude));
  return fitCapabilities(slice, options.basis, capabilityColumns(slice, options.capability));
}

/** A question's answer, from its fit and what was resampled. Pure. */
export function ask(
  asked: Question,
  digest: string,
  evidence: Evidence<Plan>,
  options: ComputeOptions,
): Answer {
  const { answer, warnings } = asked.answer(evidence, options);
  const head = headOf(digest, evidence.fitted, optionsRead(asked, options));
  return { ...head, warnings: [...head.warnings, ...warnings], ...answer };
}

/** What every answer starts with. */
export function headOf(digest: string, fitted: Fit, options: Readonly<Record<string, unknown>>) {
  const models = fitted.rows.map((row) => fitted.slice.models[row]?.model as string);
  return {
    digest,
    class: fitted.slice.class,
    modelCount: models.length,
    modelSetHash: modelSetHash(models),
    methodVersion: METHOD_VERSION,
    options,
    warnings: fitWarnings(fitted),
  };
}

/** The options that an answer depends on, in a fixed order; lists of names as sets. */
export function optionsRead(
  asked: Pick<Question, "ignores">,
  options: ComputeOptions,
): Record<string, unknown> {
  const read = Object.entries(options).filter(
    ([name]) => !asked.ignores.includes(name as keyof ComputeOptions),
  );
  return Object.fromEntries(
    read
      .map(([name, value]) => [name, Array.isArray(value) ? [...new Set(value)].sort() : value] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** A decomposition of this size takes seconds; it grows with the cube of the smaller of columns and rows. */
const MOST_CAPABILITIES = 500;

/** The columns that make the score: those named, else those of kind capability. @throws {DomainError} where none do. */
export function capabilityColumns({ benchmarks, models }: ClassSlice, named: readonly string[]): number[] {
  const wanted = new Set(named);
  const columns = benchmarks.flatMap((b, j) =>
    (wanted.size > 0 ? wanted.has(b.benchmark) : b.kind === "capability") ? [j] : [],
  );
  if (Math.min(columns.length, models.length) > MOST_CAPABILITIES) {
    const message = `${columns.length} capability benchmarks are more than the ${MOST_CAPABILITIES} that one score is made of here`;
    throw new DomainError("invalid", `capability: ${message}`, [{ parameter: "capability", message }]);
  }
  if (columns.length > 0) return columns;
  throw new DomainError(
    "noCapabilityBenchmarks",
    "no benchmark of this matrix is of kind capability: name some with capability=, or declare their kind",
  );
}

/** @throws {DomainError} `unknownName` for every name that the matrix does not have, with the nearest. */
export function requireKnown(matrix: ScoreMatrix, className: string, options: ComputeOptions): void {
  const benchmarks = matrix.benchmarks.map((b) => b.benchmark);
  const models = matrix.models.map((m) => m.model);
  const yardstick = options.measure.startsWith("named:") ? [options.measure.slice("named:".length)] : [];
  unknownNames([
    { parameter: "class", given: [className], known: [...classCounts(matrix.models).keys()] },
    { parameter: "capability", given: options.capability, known: benchmarks },
    { parameter: "measure", given: yardstick, known: benchmarks },
    { parameter: "exclude", given: options.exclude, known: models },
  ]).throwIfAny("unknownName");
}
