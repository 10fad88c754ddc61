import { quote } from "../errors.js";
import { decodeText } from "./decode-text.js";
import { type Format, formatOf } from "./media-type.js";
import type { Posting, Records } from "./posting.js";
import { readCsv } from "./read-csv.js";
import { readJson } from "./read-json.js";
import { readNdjson } from "./read-ndjson.js";
import { readBenchmarkFile, readModelFile } from "./read-side-file.js";
import { Reading, type ReadOptions } from "./reading.js";
import { ScoreCollector } from "./score-collector.js";
import { uniteRecords } from "./unite-records.js";

interface SingleBody {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly charset?: string;
}

export interface PostedPart {
  /** `scores`, `models`, `benchmarks` or `files`. */
  readonly name: string;
  readonly filename?: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export type PostedBody = SingleBody | { readonly parts: readonly PostedPart[] };

const READERS: Readonly<Record<Format, (text: string, reading: Reading) => Records>> = {
  json: readJson,
  csv: readCsv,
  ndjson: readNdjson,
};

/**
 * What a post says, before defaults and cross-checks.
 * @throws {DomainError} with every problem located: unreadable where the bytes are no text of their format,
 * invalidScores or mixedUnits where they are understood but wrong, unsupportedMediaType, invalid for too many cells.
 */
export function readPosting(input: PostedBody, options: ReadOptions): Posting {
  const reading = new Reading(options);
  const records = "parts" in input ? readParts(input.parts, reading) : readBody(input, reading);
  reading.finish();
  return { ...records, warnings: reading.warnings.list() };
}

function readBody({ bytes, mediaType, charset }: SingleBody, reading: Reading): Records {
  const read = READERS[formatOf(mediaType)];
  return read(decodeText(bytes, charset, reading), reading);
}

/** Side files close the list of what they declare; any number of tables are read as one. */
function readParts(parts: readonly PostedPart[], reading: Reading): Records {
  const records = parts.map((part) => readPart(part, reading.forPart(part.filename ?? part.name)));
  if (records.length === 0) reading.problem({}, "the post has no part");
  return uniteRecords(records);
}

function readPart({ name, filename, mediaType, bytes }: PostedPart, reading: Reading): Records {
  const text = () => decodeText(bytes, undefined, reading);
  if (name === "models")
    return {
      ...NOTHING,
      closed: { models: true, benchmarks: false },
      models: readModelFile(text(), reading),
    };
  if (name === "benchmarks")
    return {
      ...NOTHING,
      closed: { models: false, benchmarks: true },
      benchmarks: readBenchmarkFile(text(), reading),
    };
  if (name === "scores" || name === "files") return READERS[formatOf(mediaType, filename)](text(), reading);
  reading.problem({}, `the part ${quote(name)} is none of scores, models, benchmarks, files`);
  return NOTHING;
}

const NOTHING: Records = {
  description: {},
  models: [],
  benchmarks: [],
  closed: { models: false, benchmarks: false },
  scores: new ScoreCollector().columns(() => ({})),
};
