import { quote } from "../errors.js";
import { findModelColumn, normalised } from "./header.js";
import { BENCHMARK_HEADERS } from "./metadata-headers.js";
import { isMissing, parseCell } from "./parse-cell.js";
import type { Sheet } from "./parse-csv.js";
import type { Reading } from "./reading.js";

/** Whether the sheet is a table at all; otherwise its problems are added. What follows relies on every check here. */
export function isTable(sheet: Sheet, reading: Reading): boolean {
  const before = reading.problems.count;
  const fault = headerFault(sheet);
  if (fault !== null) {
    reading.problem(sheet.headerPlace(), fault);
    return false;
  }
  checkDuplicateHeaders(sheet, reading);
  checkRowLengths(sheet, reading);
  return reading.problems.count === before;
}

function headerFault({ header, rows, decimalCommas }: Sheet): string | null {
  const filled = header.filter((cell) => cell !== "");
  const widest = rows.slice(0, 20).reduce((most, cells) => Math.max(most, filledCells(cells)), 0);
  if (filled.length === 1 && header[0] !== "" && widest > 1)
    return `the line holds only ${quote(filled[0] as string)}: the first line must be the header, without a title above it`;
  if (filled.length === 0 || header.length < 2)
    return "a table needs a header with a column of model names and one of scores";
  if (rows.length === 0) return "the table has a header but no rows";
  const others = header.slice(1).filter((cell) => cell !== "");
  const numbers = others.filter((cell) => parseCell(cell, decimalCommas).kind === "number");
  if (numbers.length > 0 && numbers.length === others.length)
    return `the header holds numbers (${quote(numbers[0] as string)}): the first line must name the columns`;
  if (
    findModelColumn(header) === null &&
    (BENCHMARK_HEADERS as readonly string[]).includes(normalised(header[0] ?? ""))
  )
    return `the header starts with ${quote(header[0] as string)} and names no model column: a row must be a model, so transpose the table`;
  return null;
}

function checkDuplicateHeaders({ header, headerPlace }: Sheet, reading: Reading): void {
  const first = new Map<string, number>();
  header.forEach((name, column) => {
    const earlier = first.get(name);
    if (name !== "" && earlier !== undefined)
      reading.problem(headerPlace(column), `the header ${quote(name)} is also that of column ${earlier + 1}`);
    else first.set(name, column);
  });
}

/** Empty cells at the end are what spreadsheets leave behind; anything else shifts scores to other columns. */
function checkRowLengths({ header, rows, place }: Sheet, reading: Reading): void {
  rows.forEach((cells, row) => {
    const surplus = cells.slice(header.length).findIndex((cell) => cell.trim() !== "");
    if (surplus !== -1 || cells.length < header.length)
      reading.problem(place(row), `the row has ${cells.length} cells, the header ${header.length}`);
  });
}

function filledCells(cells: readonly string[]): number {
  return cells.filter((cell) => cell.trim() !== "" && !isMissing(cell.trim())).length;
}
