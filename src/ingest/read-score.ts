import { quote } from "../errors.js";
import { nameFault } from "../matrix/names.js";
import { placeIn, type RecordPlace } from "./read-record.js";
import type { Reading } from "./reading.js";
import type { ScoreCollector } from "./score-collector.js";

/**
 * Adds one score record. The same rules as the `canonicalScore` schema (a test holds them together), written out
 * because hundreds of thousands of records pass here.
 */
export function readScore(
  value: unknown,
  at: RecordPlace,
  where: number,
  scores: ScoreCollector,
  reading: Reading,
): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    reading.problem(placeIn(at, []), `expected a score record, received ${shown(value)}`);
    return;
  }
  const { model, benchmark, score, standardError = null } = value as Record<string, unknown>;
  const faults = [
    ["model", textFault(model, (name) => scores.knowsModel(name))],
    ["benchmark", textFault(benchmark, (name) => scores.knowsBenchmark(name))],
    ["score", score === null ? null : numberFault(score)],
    ["standardError", standardError === null ? null : errorFault(standardError)],
  ] as const;
  let sound = true;
  for (const [field, fault] of faults) {
    if (fault === null) continue;
    reading.problem(placeIn(at, [field]), fault);
    sound = false;
  }
  for (const key in value) {
    if (FIELDS.has(key)) continue;
    reading.problem(placeIn(at, [key]), `the field ${quote(key)} is not known`);
    sound = false;
  }
  if (!sound) return;
  const row = scores.model(model as string);
  const column = scores.benchmark(benchmark as string);
  if (score !== null) scores.add(row, column, score as number, standardError as number | null, where);
}

const FIELDS = new Set(["model", "benchmark", "score", "standardError"]);

function textFault(value: unknown, known: (name: string) => boolean): string | null {
  if (typeof value !== "string") return `expected a name, received ${shown(value)}`;
  if (known(value)) return null;
  const fault = nameFault(value);
  return fault === null ? null : `the name ${fault}`;
}

function numberFault(value: unknown): string | null {
  if (typeof value === "number" && Number.isFinite(value)) return null;
  return `expected a number, received ${shown(value)}`;
}

function errorFault(value: unknown): string | null {
  return numberFault(value) ?? ((value as number) < 0 ? "a standard error is not negative" : null);
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return `the text ${quote(value)}`;
  if (typeof value === "number")
    return Number.isFinite(value) ? `the number ${value}` : "a number that is too large for a double";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
