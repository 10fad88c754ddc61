import { classCounts } from "../matrix/class-slice.js";
import { packFloat64, unpackFloat64 } from "../matrix/digest.js";
import type { Benchmark, Model, ScoreMatrix, Source } from "../matrix/score-matrix.js";
import type { Prisma, Revision } from "./generated/client.js";
import type { Composed, RevisionSummary } from "./store.js";

/** The columns of a summary: everything but what can be megabytes. */
export const SUMMARY_COLUMNS = {
  number: true,
  createdAt: true,
  createdBy: true,
  digest: true,
  title: true,
  warnings: true,
  classes: true,
  modelCount: true,
  benchmarkCount: true,
  scoreCount: true,
  missingCount: true,
} satisfies Prisma.RevisionSelect;

type SummaryRow = Pick<Revision, keyof typeof SUMMARY_COLUMNS>;

export const MATRIX_COLUMNS = {
  title: true,
  description: true,
  source: true,
  models: true,
  benchmarks: true,
  scores: true,
  standardErrors: true,
} satisfies Prisma.RevisionSelect;

type MatrixRow = Pick<Revision, keyof typeof MATRIX_COLUMNS>;
type DescriptionRow = Pick<Revision, "title" | "description" | "source">;

export function summaryOf(matrix: string, row: SummaryRow): RevisionSummary {
  return {
    matrix,
    revision: row.number,
    digest: row.digest,
    title: row.title,
    createdAt: row.createdAt,
    createdBy: row.createdBy,
    models: row.modelCount,
    benchmarks: row.benchmarkCount,
    scores: row.scoreCount,
    missing: row.missingCount,
    classes: JSON.parse(row.classes),
    warnings: JSON.parse(row.warnings),
  };
}

export function matrixOf(row: MatrixRow): ScoreMatrix {
  const { title, description, source } = row;
  return {
    description: { title, description, source: source === null ? null : JSON.parse(source) },
    models: JSON.parse(row.models) as Model[],
    benchmarks: JSON.parse(row.benchmarks) as Benchmark[],
    scores: unpackFloat64(row.scores),
    standardErrors: row.standardErrors === null ? null : unpackFloat64(row.standardErrors),
  };
}

/** What of a matrix its digest does not cover, as columns. */
export function descriptionColumns({ description: d }: ScoreMatrix): DescriptionRow {
  return { title: d.title, description: d.description, source: sourceText(d.source) };
}

export function contentColumns({ matrix, warnings }: Composed, digest: string) {
  const { models, benchmarks, scores, standardErrors } = matrix;
  const missing = scores.reduce((count, score) => count + (Number.isNaN(score) ? 1 : 0), 0);
  return {
    ...descriptionColumns(matrix),
    digest,
    models: JSON.stringify(models),
    benchmarks: JSON.stringify(benchmarks),
    warnings: JSON.stringify(warnings),
    classes: JSON.stringify(Object.fromEntries(classCounts(models))),
    modelCount: models.length,
    benchmarkCount: benchmarks.length,
    scoreCount: scores.length - missing,
    missingCount: missing,
    scores: packFloat64(scores),
    standardErrors: standardErrors === null ? null : packFloat64(standardErrors),
  };
}

/** Spelled out in one order, so that equal sources are equal texts. */
function sourceText(source: Source | null): string | null {
  if (source === null) return null;
  const { url, citation, licence } = source;
  return JSON.stringify({ url, citation, licence });
}
