import { type Place, Problems } from "../errors.js";
import { decodeText } from "./decode-text.js";
import { scanJson } from "./scan-json.js";

/**
 * The value of a JSON body of any route: every key once, no deeper than a known depth.
 * @throws {DomainError} unreadable, or invalid on a key given twice; every problem with its place.
 */
export function parseJson(bytes: Uint8Array): unknown {
  const reading = { problems: new Problems(), at: (place: Place) => place };
  const text = decodeText(bytes, undefined, reading);
  scanJson(text, reading);
  reading.problems.throwIfAny("invalid");
  return JSON.parse(text);
}
