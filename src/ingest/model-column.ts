import { quote } from "../errors.js";
import { nameFault } from "../matrix/names.js";
import { findModelColumn, isSetAside } from "./header.js";
import { withoutLink } from "./name-cell.js";
import { isMissing, parseCell } from "./parse-cell.js";
import type { Sheet } from "./parse-csv.js";
import type { Reading } from "./reading.js";

/** The names of the models, a row each; `null` where a row has none and is set aside. */
export interface ModelColumn {
  readonly column: number;
  readonly names: readonly (string | null)[];
}

/** `null` after a problem was added. */
export function readModelColumn(sheet: Sheet, reading: Reading): ModelColumn | null {
  const named = findModelColumn(sheet.header);
  const column = named ?? firstNameColumn(sheet);
  if (column === null) {
    reading.problem(sheet.headerPlace(), "no column holds model names; call its header model");
    return null;
  }
  const header = sheet.header[column] as string;
  if (named === null) reading.warnings.add("modelColumnAssumed", header, sheet.headerPlace(column));
  const names = sheet.rows.map((_, row) => readName(sheet, row, column, reading));
  const unnamed = names.filter((name) => name === null).length;
  if (unnamed * 2 > names.length)
    reading.problem(
      sheet.headerPlace(column),
      `${unnamed} of ${names.length} rows have no model name in the column ${quote(header)}`,
    );
  return { column, names };
}

/** A name cell: trimmed, freed of a link around it, and a problem where it cannot be a name. */
export function readName(sheet: Sheet, row: number, column: number, reading: Reading): string | null {
  const { name, linked } = withoutLink(sheet.rows[row]?.[column] ?? "");
  if (name === "" || isMissing(name)) {
    reading.warnings.add("rowSetAside", null, sheet.place(row, column));
    return null;
  }
  const fault = nameFault(name);
  if (fault !== null) reading.problem(sheet.place(row, column), `the name ${fault}`);
  if (linked) reading.warnings.add("markupRemoved", name, sheet.place(row, column));
  return name;
}

function firstNameColumn(sheet: Sheet): number | null {
  const column = sheet.header.findIndex((header, j) => !isSetAside(header) && hasWords(sheet, j));
  return column === -1 ? null : column;
}

function hasWords(sheet: Sheet, column: number): boolean {
  return sheet.rows.some((cells) => parseCell(cells[column] ?? "", sheet.decimalCommas).kind === "word");
}
