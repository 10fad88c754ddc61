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
]);

/**
 * A query string as an object: lists are always arrays, everything else is one text. Keys from strangers
 * land on an object without a prototype.
 *
 * @throws {DomainError} `unreadable` on bad percent-encoding, `invalid` on a value given twice or empty.
 */
export function parseQuery(text: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of pairs(text)) {
    const present = query[name];
    if (value === "") throw at(name, "is empty; leave it out");
    if (LISTS.has(name)) query[name] = [...(present ?? []), value];
    else if (present === undefined) query[name] = value;
    else throw at(name, "is given more than once");
  }
  return query;
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
