import { DomainError, quote } from "../errors.js";

export type Format = "json" | "csv" | "ndjson";

const FORMATS: Readonly<Record<string, Format>> = {
  "application/json": "json",
  "text/csv": "csv",
  "application/csv": "csv",
  "application/x-ndjson": "ndjson",
  "application/ndjson": "ndjson",
  "application/jsonl": "ndjson",
};

const EXTENSIONS: Readonly<Record<string, Format>> = {
  json: "json",
  csv: "csv",
  tsv: "csv",
  ndjson: "ndjson",
  jsonl: "ndjson",
};

/**
 * How a body is read. A file's extension counts before its type, because browsers call a CSV file
 * application/vnd.ms-excel, text/plain or nothing.
 * @throws {DomainError} unsupportedMediaType, naming what is accepted.
 */
export function formatOf(mediaType: string, filename?: string): Format {
  const extension = filename?.toLowerCase().split(".").at(-1) ?? "";
  const [essence = ""] = mediaType.toLowerCase().split(";");
  const format = own(EXTENSIONS, extension) ?? own(FORMATS, essence.trim());
  if (format !== undefined) return format;
  const accepted = "application/json, text/csv, application/x-ndjson or multipart/form-data";
  throw new DomainError("unsupportedMediaType", `${quote(mediaType)} is not accepted; send ${accepted}.`);
}

function own(table: Readonly<Record<string, Format>>, key: string): Format | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
