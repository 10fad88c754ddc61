import type * as z from "zod";
import { type Place, quote } from "../errors.js";
import { canonicalBenchmark, canonicalModel, MOST_INTERVENTIONS } from "./canonical.js";
import { pointerTo } from "./pointer.js";
import type { BenchmarkRecord, ModelRecord } from "./posting.js";
import type { Reading } from "./reading.js";

/** Where a record stands: its pointer in a body, or its line in a file of lines. */
export interface RecordPlace {
  readonly path: readonly PropertyKey[];
  readonly line?: number;
}

export function placeIn({ path, line }: RecordPlace, inner: readonly PropertyKey[]): Place {
  const pointer = pointerTo([...path, ...inner]);
  return line === undefined ? { pointer } : { line, ...(pointer === "" ? {} : { pointer }) };
}

export function readModel(value: unknown, at: RecordPlace, reading: Reading): ModelRecord | null {
  if (countInterventions(value) > MOST_INTERVENTIONS) {
    reading.problem(placeIn(at, ["interventions"]), `more than ${MOST_INTERVENTIONS} interventions`);
    return null;
  }
  const record = readRecord(canonicalModel, value, at, reading);
  if (record === null) return null;
  const { interventions, class: className, ...rest } = record;
  const doses = interventions?.map(({ method, dose }) => ({ method, dose: dose ?? null }));
  const fields = said({ ...rest, class: className ?? undefined, interventions: doses ?? interventions });
  return { place: reading.at(placeIn(at, [])), fields: fields as ModelRecord["fields"] };
}

/** Counted before the schema sees them: it would list a fault for each of ten million. */
function countInterventions(value: unknown): number {
  const list = (value as { interventions?: unknown } | null)?.interventions;
  return Array.isArray(list) ? list.length : 0;
}

export function readBenchmark(value: unknown, at: RecordPlace, reading: Reading): BenchmarkRecord | null {
  const record = readRecord(canonicalBenchmark, value, at, reading);
  if (record === null) return null;
  const fields = said({
    ...record,
    kind: record.kind ?? undefined,
    direction: record.direction ?? undefined,
  });
  return { place: reading.at(placeIn(at, [])), fields: fields as BenchmarkRecord["fields"] };
}

/** The value as its schema has it, or `null` after its problems were added. */
export function readRecord<T>(
  schema: z.ZodType<T>,
  value: unknown,
  at: RecordPlace,
  reading: Reading,
): T | null {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    if (issue.code === "unrecognized_keys")
      for (const key of issue.keys)
        reading.problem(placeIn(at, [...issue.path, key]), `the field ${quote(key)} is not known`);
    else reading.problem(placeIn(at, issue.path), issue.message);
  }
  return null;
}

/** A field that a record leaves out is none of its fields, so that `merge` keeps what was there. */
function said(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
