import type { Description } from "../matrix/score-matrix.js";
import { canonicalEnvelope } from "./canonical.js";
import type { Records } from "./posting.js";
import { readBenchmark, readModel, readRecord } from "./read-record.js";
import { readScore } from "./read-score.js";
import type { Reading } from "./reading.js";
import { scanJson } from "./scan-json.js";
import { ScoreCollector } from "./score-collector.js";

/** Where so much is wrong, the rest of a list is not looked at. */
const ENOUGH_PROBLEMS = 10_000;

/** The canonical JSON of a score matrix. */
export function readJson(text: string, reading: Reading): Records {
  scanJson(text, reading);
  const body: unknown = JSON.parse(text);
  const envelope = readRecord(canonicalEnvelope, body, { path: [] }, reading);
  const lists = listsOf(body);
  const scores = new ScoreCollector();
  eachRecord(lists.scores, reading, (value, index) =>
    readScore(value, { path: ["scores", index] }, index, scores, reading),
  );
  return {
    description: envelope === null ? {} : descriptionOf(envelope),
    models: readList(lists.models, reading, (value, index) =>
      readModel(value, { path: ["models", index] }, reading),
    ),
    benchmarks: readList(lists.benchmarks, reading, (value, index) =>
      readBenchmark(value, { path: ["benchmarks", index] }, reading),
    ),
    closed: { models: lists.models !== undefined, benchmarks: lists.benchmarks !== undefined },
    scores: scores.columns((index) => reading.at({ pointer: `/scores/${index}` })),
  };
}

type ListName = "models" | "benchmarks" | "scores";

/** The lists are read even where something else in the body is wrong, so that one reply has every problem. */
function listsOf(body: unknown): Readonly<Partial<Record<ListName, readonly unknown[]>>> {
  if (typeof body !== "object" || body === null) return {};
  return Object.fromEntries(
    (["models", "benchmarks", "scores"] as const).flatMap((name) => {
      const list = (body as Partial<Record<ListName, unknown>>)[name];
      return Array.isArray(list) ? [[name, list]] : [];
    }),
  );
}

function readList<T>(
  list: readonly unknown[] | undefined,
  reading: Reading,
  read: (value: unknown, index: number) => T | null,
): readonly T[] {
  const records: T[] = [];
  eachRecord(list, reading, (value, index) => {
    const record = read(value, index);
    if (record !== null) records.push(record);
  });
  return records;
}

function eachRecord(
  list: readonly unknown[] = [],
  reading: Reading,
  visit: (value: unknown, index: number) => void,
): void {
  for (let index = 0; index < list.length && reading.problems.count < ENOUGH_PROBLEMS; index += 1)
    visit(list[index], index);
}

/** Only what the body says, so that `merge` keeps the rest. */
function descriptionOf({
  title,
  description,
  source,
}: Pick<
  ReturnType<typeof canonicalEnvelope.parse>,
  "title" | "description" | "source"
>): Partial<Description> {
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(source === undefined
      ? {}
      : {
          source: source && {
            url: source.url ?? null,
            citation: source.citation ?? null,
            licence: source.licence ?? null,
          },
        }),
  };
}
