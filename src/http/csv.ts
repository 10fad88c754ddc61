import { stringify } from "csv-stringify/sync";

type Row = Readonly<Record<string, unknown>>;

/**
 * Rows as CSV with one header line: nested fields are `interval.low`, lists are joined with `; `, null is
 * empty. Texts that a spreadsheet would run as a formula get a leading apostrophe; numbers are left alone.
 */
export function toCsv(rows: readonly Row[]): string {
  const flat = rows.map(flatten);
  const columns = [...new Set(flat.flatMap((row) => Object.keys(row)))];
  return csvLines([columns, ...flat.map((row) => columns.map((column) => row[column] ?? null))]);
}

/** Arrays of cells as CSV lines. */
export function csvLines(records: readonly (readonly unknown[])[]): string {
  return stringify(records.map((cells) => cells.map(cellText)));
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? defused(value) : String(value);
}

/** OWASP's list of characters that start a formula. */
function defused(text: string): string {
  return /^[=+\-@\t\r＝＋－＠]/u.test(text) ? `'${text}` : text;
}

function flatten(row: Row): Record<string, unknown> {
  const flat: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(row)) {
    if (Array.isArray(value)) flat[name] = value.map(listItem).join("; ");
    else if (value !== null && typeof value === "object") {
      for (const [inner, cell] of Object.entries(flatten(value as Row))) flat[`${name}.${inner}`] = cell;
    } else flat[name] = value;
  }
  return flat;
}

function listItem(item: unknown): string {
  return typeof item === "object" ? JSON.stringify(item) : String(item);
}
