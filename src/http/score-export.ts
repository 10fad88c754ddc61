import { Readable } from "node:stream";
import type { ScoreMatrix } from "../matrix/score-matrix.js";
import type { RevisionSummary } from "../store/store.js";
import { csvLines } from "./csv.js";
import type { Format } from "./reply-format.js";

export const LAYOUTS = ["wide", "tidy"] as const;
export type Layout = (typeof LAYOUTS)[number];

type Row = {
  readonly model: string;
  readonly cells: readonly (number | null)[];
  readonly errors: readonly (number | null)[];
};

/** The scores of a revision as a stream, a model at a time: ten million cells do not fit in one text. */
export function exportScores(
  revision: RevisionSummary,
  matrix: ScoreMatrix,
  layout: Layout,
  format: Format,
): Readable {
  const write = WRITERS[format][layout];
  return Readable.from(write(revision, matrix), { objectMode: false, encoding: "utf8" });
}

type Writer = (revision: RevisionSummary, matrix: ScoreMatrix) => Iterable<string>;

const WRITERS: Record<Format, Record<Layout, Writer>> = {
  json: { wide: wideJson, tidy: tidyJson },
  csv: { wide: wideCsv, tidy: tidyCsv },
  ndjson: { wide: wideNdjson, tidy: tidyNdjson },
};

function* rowsOf({ models, benchmarks, scores, standardErrors }: ScoreMatrix): Iterable<Row> {
  const width = benchmarks.length;
  const cells = (from: Float64Array, i: number) =>
    Array.from(from.subarray(i * width, (i + 1) * width), (x) => (Number.isNaN(x) ? null : x));
  for (const [i, { model }] of models.entries()) {
    yield { model, cells: cells(scores, i), errors: standardErrors === null ? [] : cells(standardErrors, i) };
  }
}

function tidyRows({ benchmarks }: ScoreMatrix, { model, cells, errors }: Row) {
  return cells.flatMap((score, j) => {
    if (score === null) return [];
    const standardError = errors[j] ?? null;
    const row = { model, benchmark: benchmarks[j]?.benchmark as string, score };
    return [standardError === null ? row : { ...row, standardError }];
  });
}

function head({ matrix, revision, digest }: RevisionSummary): string {
  return `{"matrix":${JSON.stringify(matrix)},"revision":${revision},"digest":${JSON.stringify(digest)}`;
}

function* wideJson(revision: RevisionSummary, matrix: ScoreMatrix): Iterable<string> {
  const models = JSON.stringify(matrix.models.map((m) => m.model));
  const benchmarks = JSON.stringify(matrix.benchmarks.map((b) => b.benchmark));
  yield `${head(revision)},"models":${models},"benchmarks":${benchmarks},"scores":[`;
  let separator = "";
  for (const { cells } of rowsOf(matrix)) {
    yield `${separator}\n${JSON.stringify(cells)}`;
    separator = ",";
  }
  yield "\n]}";
}

function* tidyJson(revision: RevisionSummary, matrix: ScoreMatrix): Iterable<string> {
  yield `${head(revision)},"scores":[`;
  let separator = "";
  for (const row of rowsOf(matrix)) {
    const scores = tidyRows(matrix, row).map((score) => JSON.stringify(score));
    if (scores.length > 0) {
      yield `${separator}\n${scores.join(",\n")}`;
      separator = ",";
    }
  }
  yield "\n]}";
}

function* wideCsv(_: RevisionSummary, matrix: ScoreMatrix): Iterable<string> {
  yield csvLines([["model", ...matrix.benchmarks.map((b) => b.benchmark)]]);
  for (const { model, cells } of rowsOf(matrix)) yield csvLines([[model, ...cells]]);
}

function* tidyCsv(_: RevisionSummary, matrix: ScoreMatrix): Iterable<string> {
  const withErrors = matrix.standardErrors !== null;
  yield csvLines([["model", "benchmark", "score", ...(withErrors ? ["standardError"] : [])]]);
  for (const row of rowsOf(matrix)) {
    const lines = tidyRows(matrix, row).map((s) => [
      s.model,
      s.benchmark,
      s.score,
      ...(withErrors ? ["standardError" in s ? s.standardError : null] : []),
    ]);
    if (lines.length > 0) yield csvLines(lines);
  }
}

function* wideNdjson(_: RevisionSummary, matrix: ScoreMatrix): Iterable<string> {
  const names = matrix.benchmarks.map((b) => b.benchmark);
  for (const { model, cells } of rowsOf(matrix)) {
    yield `${JSON.stringify({ model, scores: Object.fromEntries(names.map((name, j) => [name, cells[j]])) })}\n`;
  }
}

function* tidyNdjson(_: RevisionSummary, matrix: ScoreMatrix): Iterable<string> {
  for (const row of rowsOf(matrix)) {
    for (const score of tidyRows(matrix, row)) yield `${JSON.stringify(score)}\n`;
  }
}
