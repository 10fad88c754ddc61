import { stringify } from "csv-stringify/sync";
import * as z from "zod";

type Row = Readonly<Record<string, unknown>>;

/**
 * Rows as CSV with one header line: nested fields are `interval.low`, lists are joined with `; `, null is
 * empty. The columns are those of the rows' schema, so that they stand also where every row has null. Texts that a
 * spreadsheet would run as a formula get a leading apostrophe; numbers are left alone.
 */
export function toCsv(rows: readonly Row[], schema?: z.ZodType): string {
  const flat = rows.map(flatten);
  const declared = schema === undefined ? [] : leavesOf(schema, "");
  const objects = new Set(declared.flatMap((name) => ancestorsOf(name)));
  const found = flat.flatMap((row) => Object.keys(row)).filter((name) => !objects.has(name));
  const extra = found.filter((name) => !declared.includes(name));
  const columns = [...new Set([...extra, ...declared])];
  return csvLines([columns, ...flat.map((row) => columns.map((column) => row[column] ?? null))]);
}

/** Names of the plain fields of a row, in order; `interval.low` for a field of a nested object. */
function leavesOf(schema: z.ZodType, prefix: string): string[] {
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional)
    return leavesOf(schema.unwrap() as z.ZodType, prefix);
  if (!(schema instanceof z.ZodObject)) return [prefix];
  return Object.entries(schema.shape).flatMap(([name, inner]) =>
    leavesOf(inner as z.ZodType, prefix === "" ? name : `${prefix}.${name}`),
  );
}

function ancestorsOf(name: string): string[] {
  const steps = name.split(".");
  return steps.slice(1).map((_, i) => steps.slice(0, i + 1).join("."));
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
