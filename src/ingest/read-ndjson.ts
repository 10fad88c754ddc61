import { quote } from "../errors.js";
import type { BenchmarkRecord, ModelRecord, Records } from "./posting.js";
import { placeIn, readBenchmark, readModel } from "./read-record.js";
import { readScore } from "./read-score.js";
import type { Reading } from "./reading.js";
import { scanJson } from "./scan-json.js";
import { ScoreCollector } from "./score-collector.js";

/** A score a line, or a model or benchmark that says so in `type`. */
export function readNdjson(text: string, reading: Reading): Records {
  const models: ModelRecord[] = [];
  const benchmarks: BenchmarkRecord[] = [];
  const scores = new ScoreCollector();
  const readLine = (json: string, line: number) => {
    scanJson(json, reading, line);
    const at = { path: [], line };
    const { type, record } = typed(JSON.parse(json));
    if (type === "model") keep(models, readModel(record, at, reading));
    else if (type === "benchmark") keep(benchmarks, readBenchmark(record, at, reading));
    else if (type === "score") readScore(record, at, line, scores, reading);
    else
      reading.problem(
        placeIn(at, ["type"]),
        `the type ${quote(String(type))} is none of score, model, benchmark`,
      );
  };
  eachLine(text, readLine);
  return {
    description: {},
    models,
    benchmarks,
    closed: { models: models.length > 0, benchmarks: benchmarks.length > 0 },
    scores: scores.columns((line) => reading.at({ line })),
  };
}

function typed(value: unknown): { type: unknown; record: unknown } {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "type"))
    return { type: "score", record: value };
  const { type, ...record } = value as Record<string, unknown>;
  return { type: typeof type === "string" ? type : typeof type, record };
}

function keep<T>(records: T[], record: T | null): void {
  if (record !== null) records.push(record);
}

/** Blank lines count, but say nothing. */
function eachLine(text: string, visit: (line: string, number: number) => void): void {
  let number = 1;
  for (let start = 0; start <= text.length; number += 1) {
    const found = text.indexOf("\n", start);
    const end = found === -1 ? text.length : found;
    const line = text.slice(start, end);
    if (line.trim() !== "") visit(line, number);
    start = end + 1;
  }
}
