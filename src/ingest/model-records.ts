import { canonicalBenchmark, canonicalModel } from "./canonical.js";
import { type FieldColumn, readFields } from "./field-columns.js";
import type { Sheet } from "./parse-csv.js";
import type { BenchmarkRecord, ModelRecord } from "./posting.js";
import type { Reading } from "./reading.js";

/** What the rows of a table say about their models, beyond the scores: one record for equal rows of one model. */
export class ModelRecords {
  readonly list: ModelRecord[] = [];
  readonly #last = new Map<string, string>();

  constructor(
    readonly sheet: Sheet,
    readonly columns: readonly FieldColumn[],
    readonly reading: Reading,
  ) {}

  add(model: string, row: number): void {
    if (this.columns.length === 0) return;
    const cells = this.sheet.rows[row] ?? [];
    const said = JSON.stringify(this.columns.map(({ column }) => cells[column]));
    if (this.#last.get(model) === said) return;
    this.#last.set(model, said);
    const record = checked(canonicalModel, "model", model, this.sheet, row, this.columns, this.reading);
    if (record !== null) this.list.push(record as ModelRecord);
  }
}

export function readBenchmarkRow(
  benchmark: string,
  sheet: Sheet,
  row: number,
  columns: readonly FieldColumn[],
  reading: Reading,
): BenchmarkRecord | null {
  return checked(
    canonicalBenchmark,
    "benchmark",
    benchmark,
    sheet,
    row,
    columns,
    reading,
  ) as BenchmarkRecord | null;
}

/** The canonical schema decides, whichever format the fields came in. */
function checked(
  schema: typeof canonicalModel | typeof canonicalBenchmark,
  key: "model" | "benchmark",
  name: string,
  sheet: Sheet,
  row: number,
  columns: readonly FieldColumn[],
  reading: Reading,
): ModelRecord | BenchmarkRecord | null {
  const fields = { ...readFields(sheet, row, columns, reading), [key]: name };
  const result = schema.safeParse(fields);
  if (result.success) return { place: sheet.place(row), fields } as unknown as ModelRecord | BenchmarkRecord;
  for (const issue of result.error.issues) {
    const column = columns.find(({ field }) => field === issue.path[0])?.column;
    reading.problem(sheet.place(row, column), `${String(issue.path[0] ?? "")}: ${issue.message}`);
  }
  return null;
}
