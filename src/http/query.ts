import type { FastifyInstance } from "fastify";
import { DomainError, quote } from "../errors.js";

/** Parameters that repeat; a comma never separates, because names contain commas. */
const LISTS: ReadonlySet<string> = new Set([
  "capability",
  "safety",
  "exclude",
  "benchmark",
  "kind",
  "area",
  "verdict",
  "given",
  "model",
  "baseline",
]);

const FAULTS = new WeakMap<object, DomainError>();

/**
 * A query string as an object: lists are always arrays, everything else is one text. Keys from strangers
 * land on an object without a prototype. The router calls this where nothing can be answered yet, so it never
 * throws: what is wrong is kept for `refuseBadQueries`.
 */
export function parseQuery(text: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = Object.create(null);
  try {
    for (const [name, value] of pairs(text)) put(query, name, value);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    FAULTS.set(query, error);
  }
  return query;
}

/** Answers `unreadable` for bad percent-encoding, `invalid` for a value that is empty or given twice. */
export function refuseBadQueries(app: FastifyInstance): void {
  app.addHook("onRequest", ({ query }, _reply, done) => {
    done(FAULTS.get(query as object));
  });
}

function put(query: Record<string, string | string[]>, name: string, value: string): void {
  const present = query[name];
  if (value === "") throw at(name, "is empty; leave it out");
  if (LISTS.has(name)) query[name] = [...(present ?? []), value];
  else if (present === undefined) query[name] = value;
  else throw at(name, "is given more than once");
}

function pairs(text: string): [string, string][] {
  return text
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const cut = pair.indexOf("=");
      return cut < 0 ? [decode(pair), ""] : [decode(pair.slice(0, cut)), decode(pair.slice(cut + 1))];
    });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new DomainError("unreadable", `the query has bad percent-encoding at ${quote(text)}`);
  }
}

function at(parameter: string, message: string): DomainError {
  const shown = parameter.slice(0, 80);
  return new DomainError("invalid", `${quote(parameter)} ${message}`, [{ parameter: shown, message }]);
}
