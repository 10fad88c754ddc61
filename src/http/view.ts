import * as z from "zod";
import { unknownNames } from "../analysis/nearest-names.js";
import type { Question } from "../analysis/question.js";
import { VERDICTS } from "../analysis/verdict.js";
import { DomainError } from "../errors.js";
import { KINDS } from "../matrix/score-matrix.js";
import { FORMATS } from "./reply-format.js";

/** View options filter a stored answer; they never change a number in it. */
export const viewOptions = {
  benchmark: z.array(z.string()).optional().meta({ description: "Repeat: only these benchmarks' rows" }),
  kind: z.array(z.enum(KINDS)).optional(),
  area: z.array(z.string()).optional(),
  verdict: z.array(z.enum(VERDICTS)).optional(),
  sort: z
    .string()
    .max(100)
    .optional()
    .meta({ description: "A field of the rows, `-` before it for descending; nulls last" }),
  limit: z.coerce.number().int().min(1).max(10_000).optional(),
  rows: z
    .string()
    .max(100)
    .optional()
    .meta({ description: "Which list is filtered and exported; the main one by default" }),
  format: z.enum(FORMATS).optional(),
};
const viewSchema = z.object(viewOptions);
export type View = z.infer<typeof viewSchema>;

/** The view among a request's parameters; a name that is a question's own option does not filter its answer. */
export function viewAmong(parameters: View, own: z.ZodRawShape = {}): View {
  const entries = Object.entries(parameters).filter(([name]) => name in viewOptions && !(name in own));
  return Object.fromEntries(entries) as View;
}

const FILTERS = ["benchmark", "kind", "area", "verdict"] as const;
type Row = Readonly<Record<string, unknown>>;
type Body = Readonly<Record<string, unknown>>;

/** Whether the stored bytes can go out as they are. */
export function isWhole(view: View): boolean {
  return [...FILTERS, "sort", "limit", "rows"].every((name) => view[name as keyof View] === undefined);
}

/** The list that a view is about. @throws {DomainError} `invalid` for a list that the answer does not have. */
export function rowsKey(question: Question, { rows }: View): string {
  if (rows === undefined || rows === question.rows) return question.rows;
  const lists = Object.entries(question.shape).flatMap(([name, schema]) =>
    schema instanceof z.ZodArray ? [name] : [],
  );
  if (lists.includes(rows)) return rows;
  const message = `the lists of this answer are ${lists.join(", ")}`;
  throw new DomainError("invalid", `rows: ${message}`, [{ parameter: "rows", message }]);
}

/** The answer with its list filtered, sorted and cut as the view says. */
export function viewed(question: Question, body: Body, view: View): Body {
  const key = rowsKey(question, view);
  const all = asRows(body[key]);
  const kept = FILTERS.reduce((rows, name) => filtered(rows, name, view[name], all), all);
  const sorted = view.sort === undefined ? kept : sortedBy(kept, view.sort);
  const shown = sorted.slice(0, view.limit);
  return { ...body, [key]: isScalarList(body[key]) ? shown.map(({ value }) => value) : shown };
}

/** A list of names or numbers is a list of rows with one field, where rows are needed. */
export function asRows(list: unknown): readonly Row[] {
  return isScalarList(list) ? list.map((value) => ({ value })) : (list as readonly Row[]);
}

function isScalarList(list: unknown): list is readonly unknown[] {
  return Array.isArray(list) && list.length > 0 && list.every((item) => typeof item !== "object");
}

function filtered(
  rows: readonly Row[],
  field: string,
  wanted: readonly string[] | undefined,
  all: readonly Row[],
) {
  if (wanted === undefined) return rows;
  if (all.length > 0 && !all.some((row) => field in row)) {
    throw refusal(field, "does not apply: the rows of this list have no such field");
  }
  if (field === "verdict" && all.every((row) => row[field] === null)) {
    throw refusal(field, "no row has a verdict: it takes resamples, and a benchmark outside the score");
  }
  if (field !== "verdict") {
    const known = [...new Set(all.flatMap((row) => (typeof row[field] === "string" ? [row[field]] : [])))];
    const given = field === "kind" ? [] : wanted;
    unknownNames([{ parameter: field, given, known }]).throwIfAny("unknownName");
  }
  const set = new Set(wanted);
  return rows.filter((row) => set.has(row[field] as string));
}

function sortedBy(rows: readonly Row[], sort: string): readonly Row[] {
  const descending = sort.startsWith("-");
  const path = (descending ? sort.slice(1) : sort).split(".");
  const fieldOf = (row: Row) =>
    path.reduce<unknown>(
      (at, name) => (isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined),
      row,
    ) ?? null;
  const values = rows.map(fieldOf);
  if (rows.length > 0 && values.every((value) => value === null || typeof value === "object")) {
    throw refusal("sort", "no row has a value in that field");
  }
  const order = [...rows.keys()].sort((a, b) => compare(values[a], values[b], descending) || a - b);
  return order.map((i) => rows[i] as Row);
}

function compare(a: unknown, b: unknown, descending: boolean): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const ascending =
    typeof a === "number" && typeof b === "number"
      ? a - b
      : String(a) < String(b)
        ? -1
        : Number(String(a) > String(b));
  return descending ? -ascending : ascending;
}

function isRecord(value: unknown): value is Row {
  return typeof value === "object" && value !== null;
}

function refusal(parameter: string, message: string): DomainError {
  return new DomainError("invalid", `${parameter}: ${message}`, [{ parameter, message }]);
}
