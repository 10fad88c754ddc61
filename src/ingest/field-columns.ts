import { quote } from "../errors.js";
import { normalised, partUnit } from "./header.js";
import { type FieldForm, SMALLEST_COUNT } from "./metadata-headers.js";
import { isMissing } from "./parse-cell.js";
import type { Sheet } from "./parse-csv.js";
import { parseDate } from "./parse-date.js";
import { parseQuantity } from "./parse-quantity.js";
import type { Reading } from "./reading.js";

export interface FieldColumn {
  readonly field: string;
  readonly form: FieldForm;
  readonly column: number;
  /** A power of ten. */
  readonly unit: number;
}

type Fields = Readonly<Record<string, { readonly form: FieldForm; readonly headers: readonly string[] }>>;

/**
 * The columns of a sheet that are a field of a record. Two for one field: the first wins and the other is left to
 * be treated as any column. A column of counts without a unit whose values cannot be counts is set aside here.
 */
export function findFieldColumns(
  sheet: Sheet,
  fields: Fields,
  taken: ReadonlySet<number>,
  reading: Reading,
): { readonly columns: readonly FieldColumn[]; readonly unusable: ReadonlySet<number> } {
  const columns: FieldColumn[] = [];
  const unusable = new Set<number>();
  sheet.header.forEach((header, column) => {
    const found = taken.has(column) ? null : fieldOf(header, fields);
    if (found === null || columns.some(({ field }) => field === found.field)) return;
    if (found.form === "count" && found.unit === null && hasSmallCounts(sheet, column)) {
      reading.warnings.add("unitUnknown", header, sheet.headerPlace(column));
      unusable.add(column);
    } else columns.push({ ...found, unit: found.unit ?? 0, column });
  });
  return { columns, unusable };
}

/** What a row says in these columns; a cell that cannot be read is a problem at its place. */
export function readFields(
  sheet: Sheet,
  row: number,
  columns: readonly FieldColumn[],
  reading: Reading,
): Readonly<Record<string, string | number>> {
  const fields: Record<string, string | number> = {};
  for (const { field, form, column, unit } of columns) {
    const raw = sheet.rows[row]?.[column]?.trim() ?? "";
    if (raw === "" || isMissing(raw)) continue;
    const value = READ[form](raw, unit, sheet.decimalCommas);
    if (typeof value === "object")
      reading.problem(sheet.place(row, column), `${field} ${quote(raw)} ${value.fault}`);
    else fields[field] = value;
  }
  return fields;
}

type Read = (
  raw: string,
  unit: number,
  decimalCommas: boolean,
) => string | number | { readonly fault: string };

const READ: Readonly<Record<FieldForm, Read>> = {
  name: (raw) => raw,
  word: (raw) => raw.toLowerCase(),
  date: (raw) => {
    const parsed = parseDate(raw);
    return "date" in parsed ? parsed.date : parsed;
  },
  count: (raw, unit, decimalCommas) => parseQuantity(raw, unit, decimalCommas) ?? { fault: "is not a count" },
  number: (raw, _, decimalCommas) => {
    const value = Number(decimalCommas ? raw.replace(",", ".") : raw);
    return Number.isFinite(value) ? value : { fault: "is not a number" };
  },
};

function fieldOf(header: string, fields: Fields) {
  const whole = normalised(header);
  const parted = partUnit(whole);
  for (const [field, { form, headers }] of Object.entries(fields)) {
    if (headers.includes(whole)) return { field, form, unit: null };
    if (form === "count" && headers.includes(parted.base)) return { field, form, unit: parted.unit };
  }
  return null;
}

function hasSmallCounts(sheet: Sheet, column: number): boolean {
  return sheet.rows.some((cells) => {
    const count = parseQuantity(cells[column] ?? "", 0, sheet.decimalCommas);
    return typeof count === "number" && count < SMALLEST_COUNT;
  });
}
