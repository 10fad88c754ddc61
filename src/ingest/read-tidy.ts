import type { Place } from "../errors.js";
import { findFieldColumns } from "./field-columns.js";
import { findColumn, findModelColumn } from "./header.js";
import {
  BENCHMARK_HEADERS,
  MODEL_FIELDS,
  SCORE_HEADERS,
  STANDARD_ERROR_HEADERS,
} from "./metadata-headers.js";
import { readModelColumn, readName } from "./model-column.js";
import { ModelRecords } from "./model-records.js";
import { type Cell, parseCell } from "./parse-cell.js";
import type { Sheet } from "./parse-csv.js";
import type { Records } from "./posting.js";
import type { Reading } from "./reading.js";
import { ScoreCollector } from "./score-collector.js";
import { tally, warnOfRepairs, wordFault } from "./score-column.js";

export interface TidyColumns {
  readonly model: number;
  readonly benchmark: number;
  readonly score: number;
  readonly standardError: number | null;
}

export function findTidyColumns({ header }: Sheet): TidyColumns | null {
  const model = findModelColumn(header);
  const benchmark = findColumn(header, BENCHMARK_HEADERS);
  const score = findColumn(header, SCORE_HEADERS);
  if (model === null || benchmark === null || score === null) return null;
  return { model, benchmark, score, standardError: findColumn(header, STANDARD_ERROR_HEADERS) };
}

/** A table with a row a score. */
export function readTidy(sheet: Sheet, columns: TidyColumns, reading: Reading): Records {
  const taken = new Set(Object.values(columns).filter((column) => column !== null));
  const found = findFieldColumns(sheet, MODEL_FIELDS, taken, reading);
  for (const { column } of found.columns) taken.add(column);
  sheet.header.forEach((header, column) => {
    if (taken.has(column) || found.unusable.has(column) || header === "") return;
    reading.warnings.add("columnSetAside", header, sheet.headerPlace(column));
  });

  const names = readModelColumn(sheet, reading)?.names ?? [];
  const records = new ModelRecords(sheet, found.columns, reading);
  const scores = new ScoreCollector();
  const cellsOf = new Map<string, { row: number; cell: Cell }[]>();
  names.forEach((model, row) => {
    const benchmark = model === null ? null : readName(sheet, row, columns.benchmark, reading);
    if (model === null || benchmark === null) return;
    records.add(model, row);
    const cell = readScoreCell(sheet, row, columns, reading);
    const [modelIndex, benchmarkIndex] = [scores.model(model), scores.benchmark(benchmark)];
    if (cell.kind === "number") scores.add(modelIndex, benchmarkIndex, cell.value, cell.standardError, row);
    const cells = cellsOf.get(benchmark);
    if (cells === undefined) cellsOf.set(benchmark, [{ row, cell }]);
    else cells.push({ row, cell });
  });
  for (const [benchmark, cells] of cellsOf)
    checkUnit(benchmark, cells, (row) => sheet.place(row, columns.score), reading);
  return {
    description: {},
    models: records.list,
    benchmarks: [],
    closed: { models: false, benchmarks: false },
    scores: scores.columns((row) => sheet.place(row, columns.score)),
  };
}

/** The score with the standard error that a column of its own gives, in the score's unit. */
function readScoreCell(
  sheet: Sheet,
  row: number,
  { score, standardError }: TidyColumns,
  reading: Reading,
): Cell {
  const read = (column: number) => {
    const raw = sheet.rows[row]?.[column] ?? "";
    const cell = parseCell(raw, sheet.decimalCommas);
    if (cell.kind === "word")
      reading.problem(sheet.place(row, column), wordFault(raw, sheet.header[column] as string));
    return cell;
  };
  const cell = read(score);
  const error = standardError === null ? null : read(standardError);
  if (cell.kind !== "number" || error?.kind !== "number") return cell;
  if (error.value < 0)
    reading.problem(sheet.place(row, standardError as number), "a standard error is not negative");
  const inPercent = cell.percent && !error.percent;
  return { ...cell, standardError: inPercent ? error.value / 100 : error.value };
}

function checkUnit(
  benchmark: string,
  cells: readonly { row: number; cell: Cell }[],
  place: (row: number) => Place,
  reading: Reading,
): void {
  const count = tally(cells.map(({ cell }) => cell));
  if (count.percents > 0 && count.percents < count.numbers && reading.options.percent === "refuse") {
    const odd = cells.find(({ cell }) => cell.kind === "number" && !cell.percent);
    const message = `${count.percents} of ${count.numbers} scores of ${JSON.stringify(benchmark)} carry % and this one does not`;
    reading.mixedUnit(place(odd?.row ?? 0), message);
  }
  // A standard error from a column of its own is no repair.
  warnOfRepairs({ ...count, errors: 0 }, benchmark, () => place(cells[0]?.row ?? 0), reading);
}
