import { quote } from "../errors.js";
import { type Cell, parseCell } from "./parse-cell.js";
import type { Sheet } from "./parse-csv.js";
import type { Reading } from "./reading.js";

/** A column of a wide table as far as its cells alone tell. NaN where there is no score. */
export interface ScoreColumn {
  readonly scores: Float64Array;
  readonly standardErrors: Float64Array | null;
}

/**
 * The scores of a column; `null` where no cell is a number, and for `"words"` no problem is made of that.
 * A word among numbers, and `%` on some numbers only, are problems at their cells.
 */
export function readScoreColumn(
  sheet: Sheet,
  column: number,
  reading: Reading,
): ScoreColumn | "empty" | "words" {
  const cells = sheet.rows.map((row) => parseCell(row[column] ?? "", sheet.decimalCommas));
  const count = tally(cells);
  if (count.numbers === 0) return count.words > 0 ? "words" : "empty";
  const at = (row: number) => sheet.place(row, column);
  if (count.words > 0) reportWords(cells, sheet, column, reading);
  if (count.percents > 0 && count.percents < count.numbers && reading.options.percent === "refuse") {
    const odd = cells.findIndex((cell) => cell.kind === "number" && !cell.percent);
    reading.mixedUnit(
      at(odd),
      `${count.percents} of ${count.numbers} numbers of ${quote(sheet.header[column] as string)} carry % and this one does not`,
    );
  }
  warnOfRepairs(count, sheet.header[column] as string, () => sheet.headerPlace(column), reading);
  return {
    scores: Float64Array.from(cells, (cell) => (cell.kind === "number" ? cell.value : Number.NaN)),
    standardErrors: count.errors === 0 ? null : Float64Array.from(cells, errorOf),
  };
}

/** What was repaired in one column, or in the scores of one benchmark. */
export interface Tally {
  numbers: number;
  words: number;
  percents: number;
  spelled: number;
  commas: number;
  errors: number;
}

export function tally(cells: Iterable<Cell>): Tally {
  const count = { numbers: 0, words: 0, percents: 0, spelled: 0, commas: 0, errors: 0 };
  for (const cell of cells) {
    if (cell.kind === "word") count.words += 1;
    else if (cell.kind === "missing") count.spelled += cell.spelled ? 1 : 0;
    else {
      count.numbers += 1;
      if (cell.percent) count.percents += 1;
      if (cell.decimalComma) count.commas += 1;
      if (cell.standardError !== null) count.errors += 1;
    }
  }
  return count;
}

export function warnOfRepairs(
  { percents, spelled, commas, errors }: Tally,
  name: string,
  place: () => ReturnType<Sheet["place"]>,
  { warnings }: Reading,
): void {
  if (percents > 0) warnings.add("percentConverted", name, place(), percents);
  if (spelled > 0) warnings.add("missingSpelling", name, place(), spelled);
  if (commas > 0) warnings.add("decimalCommas", name, place(), commas);
  if (errors > 0) warnings.add("standardErrorRead", name, place(), errors);
}

export function wordFault(raw: string, column: string): string {
  return `${quote(raw)} in the column ${quote(column)} is not a number; leave a missing score empty`;
}

function reportWords(cells: readonly Cell[], sheet: Sheet, column: number, reading: Reading): void {
  cells.forEach((cell, row) => {
    if (cell.kind === "word")
      reading.problem(
        sheet.place(row, column),
        wordFault(sheet.rows[row]?.[column] ?? "", sheet.header[column] as string),
      );
  });
}

function errorOf(cell: Cell): number {
  return cell.kind === "number" && cell.standardError !== null ? cell.standardError : Number.NaN;
}
