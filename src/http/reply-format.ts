import type { FastifyRequest } from "fastify";
import Negotiator from "negotiator";
import { DomainError } from "../errors.js";

export const FORMATS = ["json", "csv", "ndjson"] as const;
export type Format = (typeof FORMATS)[number];

export const MEDIA_TYPE: Record<Format, string> = {
  json: "application/json; charset=utf-8",
  csv: "text/csv; charset=utf-8",
  ndjson: "application/x-ndjson; charset=utf-8",
};
const FORMAT_OF: Readonly<Record<string, Format>> = {
  "application/json": "json",
  "text/csv": "csv",
  "application/x-ndjson": "ndjson",
};

/** `?format=` before `Accept`; JSON where the client leaves it open. @throws {DomainError} `notAcceptable`. */
export function formatFor(request: FastifyRequest, asked: Format | undefined): Format {
  if (asked !== undefined) return asked;
  const { accept } = request.headers;
  if (accept === undefined || accept === "*/*" || accept === "application/json") return "json";
  const chosen = new Negotiator(request.raw).mediaType(Object.keys(FORMAT_OF));
  const format = chosen === undefined ? undefined : FORMAT_OF[chosen];
  if (format === undefined)
    throw new DomainError("notAcceptable", `this is served as ${Object.keys(FORMAT_OF).join(", ")}`);
  return format;
}
