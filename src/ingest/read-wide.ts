import { DomainError, quote } from "../errors.js";
import { nameFault } from "../matrix/names.js";
import { findFieldColumns } from "./field-columns.js";
import { isSetAside, normalised, standardErrorOf } from "./header.js";
import { MODEL_FIELDS } from "./metadata-headers.js";
import { readModelColumn } from "./model-column.js";
import { ModelRecords } from "./model-records.js";
import type { Sheet } from "./parse-csv.js";
import type { Records } from "./posting.js";
import type { Reading } from "./reading.js";
import { ScoreCollector } from "./score-collector.js";
import { readScoreColumn, type ScoreColumn } from "./score-column.js";
import { DOUBTFUL_WORDS } from "./set-aside-headers.js";

interface Kept extends ScoreColumn {
  readonly header: string;
  readonly column: number;
}

/** A table with a row a model and a column a benchmark. */
export function readWide(sheet: Sheet, reading: Reading): Records {
  const models = readModelColumn(sheet, reading);
  const scores = new ScoreCollector();
  const width = sheet.header.length;
  const place = (where: number) => sheet.place(Math.floor(where / width), where % width);
  if (models === null) return { ...NOTHING, scores: scores.columns(place) };

  const { columns, unusable } = findFieldColumns(sheet, MODEL_FIELDS, new Set([models.column]), reading);
  const taken = new Set([models.column, ...unusable, ...columns.map(({ column }) => column)]);
  const kept = readColumns(sheet, taken, scores, reading);
  if (kept.length === 0 && columns.length === 0)
    reading.problem(sheet.headerPlace(), "no column holds numbers that could be scores");
  if (kept.length * sheet.rows.length > reading.options.maxCells)
    throw new DomainError(
      "invalid",
      `More than ${reading.options.maxCells} cells (models × benchmarks) were posted.`,
    );

  const records = new ModelRecords(sheet, columns, reading);
  const indices = kept.map(({ header }) => scores.benchmark(header));
  models.names.forEach((name, row) => {
    if (name === null) return;
    const model = scores.model(name);
    records.add(name, row);
    kept.forEach(({ scores: values, standardErrors, column }, j) => {
      const score = values[row] as number;
      if (Number.isNaN(score)) return;
      const error = standardErrors?.[row] ?? Number.NaN;
      scores.add(
        model,
        indices[j] as number,
        score,
        Number.isNaN(error) ? null : error,
        row * width + column,
      );
    });
  });
  return { ...NOTHING, models: records.list, scores: scores.columns(place) };
}

const NOTHING = {
  description: {},
  models: [],
  benchmarks: [],
  closed: { models: false, benchmarks: false },
} as const;

/** The columns of scores, with the columns of standard errors put beside those that they belong to. */
function readColumns(
  sheet: Sheet,
  taken: ReadonlySet<number>,
  scores: ScoreCollector,
  reading: Reading,
): Kept[] {
  const kept: Kept[] = [];
  const errors = new Map<string, Kept>();
  const headers = new Set(sheet.header);
  sheet.header.forEach((header, column) => {
    if (taken.has(column)) return;
    const base = standardErrorOf(header);
    const isAside = isSetAside(header) || (base !== null && !headers.has(base));
    const read = isAside
      ? "words"
      : header === ""
        ? unnamedColumn(sheet, column, reading)
        : readScoreColumn(sheet, column, reading);
    if (read === "words") reading.warnings.add("columnSetAside", header, sheet.headerPlace(column));
    else if (read === "empty") emptyColumn(header, scores);
    else if (base !== null) errors.set(base, { ...read, header, column });
    else kept.push({ ...read, header, column });
  });
  for (const { header, column } of kept) checkHeader(header, column, sheet, reading);
  return kept.map((column) => ({
    ...column,
    standardErrors: errors.get(column.header)?.scores ?? column.standardErrors,
  }));
}

/** An index that a table library wrote, or what a spreadsheet left behind; anything else needs a name. */
function unnamedColumn(sheet: Sheet, column: number, reading: Reading): "words" | "empty" {
  const filled = sheet.rows.filter((cells) => (cells[column] ?? "").trim() !== "");
  if (filled.length === 0) return "empty";
  const isIndex = filled.every((cells) => /^\d+$/.test((cells[column] as string).trim()));
  if (!isIndex) reading.problem(sheet.headerPlace(column), `column ${column + 1} has no header`);
  return "words";
}

/** Named, so that the reply can say that no model has a score on it. */
function emptyColumn(header: string, scores: ScoreCollector): void {
  if (header !== "" && nameFault(header) === null) scores.benchmark(header);
}

function checkHeader(header: string, column: number, sheet: Sheet, reading: Reading): void {
  const fault = nameFault(header);
  if (fault !== null) reading.problem(sheet.headerPlace(column), `the header ${quote(header)} ${fault}`);
  if (
    normalised(header)
      .split(" ")
      .some((word) => DOUBTFUL_WORDS.has(word))
  )
    reading.warnings.add("suspectedMetadata", header, sheet.headerPlace(column));
}
