import { isTable } from "./check-sheet.js";
import { findFieldColumns } from "./field-columns.js";
import { findColumn } from "./header.js";
import { BENCHMARK_FIELDS, BENCHMARK_HEADERS, MODEL_FIELDS } from "./metadata-headers.js";
import { readModelColumn, readName } from "./model-column.js";
import { ModelRecords, readBenchmarkRow } from "./model-records.js";
import { parseCsv, type Sheet } from "./parse-csv.js";
import type { BenchmarkRecord, ModelRecord } from "./posting.js";
import type { Reading } from "./reading.js";

/** A CSV file with a row a model and what is declared about it. */
export function readModelFile(text: string, reading: Reading): readonly ModelRecord[] {
  const sheet = parseCsv(text, reading);
  const models = isTable(sheet, reading) ? readModelColumn(sheet, reading) : null;
  if (models === null) return [];
  const { columns, unusable } = findFieldColumns(sheet, MODEL_FIELDS, new Set([models.column]), reading);
  setOthersAside(sheet, [models.column, ...unusable, ...columns.map(({ column }) => column)], reading);
  const records = new ModelRecords(sheet, columns, reading);
  models.names.forEach((name, row) => {
    if (name !== null) records.add(name, row);
  });
  return records.list;
}

/** A CSV file with a row a benchmark and what is declared about it. */
export function readBenchmarkFile(text: string, reading: Reading): readonly BenchmarkRecord[] {
  const sheet = parseCsv(text, reading);
  const key = findColumn(sheet.header, BENCHMARK_HEADERS);
  if (key === null) {
    reading.problem(sheet.headerPlace(), "no column holds the benchmarks' names; call its header benchmark");
    return [];
  }
  const { columns } = findFieldColumns(sheet, BENCHMARK_FIELDS, new Set([key]), reading);
  setOthersAside(sheet, [key, ...columns.map(({ column }) => column)], reading);
  return sheet.rows.flatMap((_, row) => {
    const name = readName(sheet, row, key, reading);
    const record = name === null ? null : readBenchmarkRow(name, sheet, row, columns, reading);
    return record === null ? [] : [record];
  });
}

function setOthersAside({ header, headerPlace }: Sheet, taken: readonly number[], reading: Reading): void {
  header.forEach((name, column) => {
    if (!taken.includes(column) && name !== "")
      reading.warnings.add("columnSetAside", name, headerPlace(column));
  });
}
