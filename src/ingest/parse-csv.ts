import { CsvError, parse } from "csv-parse/sync";
import { DomainError, type Place } from "../errors.js";
import { type Delimiter, detectDelimiter } from "./detect-delimiter.js";
import type { Reading } from "./reading.js";

/** A table as its text has it: nothing is interpreted yet, and names cannot become object keys. */
export interface Sheet {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Where 0,5 is a number, because the comma does not part the columns. */
  readonly decimalCommas: boolean;
  headerPlace(column?: number): Place;
  place(row: number, column?: number): Place;
}

const LONGEST_RECORD = 32 * 2 ** 20;
/** A tidy table has three cells a score. */
const FIELDS_A_CELL = 3;

/**
 * The records of a CSV text. Lines are counted as an editor shows them (a quoted cell may span several; its row
 * counts where it starts), columns as fields, both from 1.
 * @throws {DomainError} unreadable on a fault of quoting; invalid on more fields than `maxCells` can need.
 */
export function parseCsv(text: string, reading: Reading): Sheet {
  const delimiter = detectDelimiter(text);
  const records = recordsOf(withoutLastLines(text), delimiter, reading);
  const isBlank = (record: readonly string[]) => record.every((cell) => cell.trim() === "");
  const kept = records.flatMap((record, index) => (isBlank(record) ? [] : [index]));
  let lines: readonly number[] | null = null;
  const lineOf = (position: number) => {
    lines ??= linesOf(records);
    return lines[kept[position] ?? 0] as number;
  };
  const place = (position: number, column?: number) =>
    reading.at({ line: lineOf(position), ...(column === undefined ? {} : { column: column + 1 }) });
  return {
    header: (records[kept[0] ?? -1] ?? []).map((cell) => cell.trim()),
    rows: kept.slice(1).map((index) => records[index] as string[]),
    decimalCommas: delimiter === ";" || delimiter === "\t",
    headerPlace: (column) => place(0, column),
    place: (row, column) => place(row + 1, column),
  };
}

/** Without csv-parse's callbacks, which cost more than the parsing. */
function recordsOf(text: string, delimiter: Delimiter, reading: Reading): readonly string[][] {
  const most = FIELDS_A_CELL * reading.options.maxCells;
  if (countFields(text, delimiter) > most)
    throw new DomainError("invalid", `The table has more than ${most} cells.`);
  const options = {
    delimiter,
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    max_record_size: LONGEST_RECORD,
  };
  try {
    return parse(text, options);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const sound = Number(error.records);
    throw misquoted(error, sound > 0 ? parse(text, { ...options, to: sound }) : [], reading);
  }
}

/** Blank lines at the end go, however many; a tab there may be an empty cell. */
function withoutLastLines(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === "\n" || text[end - 1] === "\r")) end -= 1;
  return text.slice(0, end);
}

/** At least the number of fields (a quoted delimiter counts too), before memory is spent on them. */
function countFields(text: string, delimiter: Delimiter): number {
  const code = delimiter.charCodeAt(0);
  let fields = 1;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === code || character === 0x0a || character === 0x0d) fields += 1;
  }
  return fields;
}

const FAULTS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: "a quoted cell that starts in this row is not closed",
  CSV_INVALID_CLOSING_QUOTE: "a closing quote is followed by more text",
  INVALID_OPENING_QUOTE: "a quote stands inside a cell that is not quoted",
  CSV_MAX_RECORD_SIZE: "the row is too long",
};

function misquoted(error: CsvError, records: readonly string[][], reading: Reading): DomainError {
  const message = FAULTS[error.code] ?? "the row cannot be read";
  const line = records.reduce((sum, record) => sum + linesIn(record), 1);
  const column = typeof error.column === "number" ? { column: error.column + 1 } : {};
  const place = reading.at({ line, ...column });
  return new DomainError("unreadable", `Line ${line}: ${message}.`, [{ ...place, message }]);
}

function linesOf(records: readonly string[][]): readonly number[] {
  let line = 1;
  return records.map((record) => {
    const start = line;
    line += linesIn(record);
    return start;
  });
}

function linesIn(record: readonly string[]): number {
  let lines = 1;
  for (const cell of record)
    if (cell.includes("\n") || cell.includes("\r")) lines += cell.split(/\r\n|\n|\r/).length - 1;
  return lines;
}
