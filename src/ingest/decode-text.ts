import { isUtf8 } from "node:buffer";
import { DomainError, quote } from "../errors.js";
import type { Reading } from "./reading.js";

/**
 * The text of a body. UTF-8 unless a byte order mark or the media type's charset says otherwise (spreadsheets
 * save "Unicode text" as UTF-16 with a mark); the mark itself is dropped.
 * @throws {DomainError} unreadable, at the first line with a byte that is not text.
 */
export function decodeText(
  bytes: Uint8Array,
  charset: string | undefined,
  reading: Pick<Reading, "at">,
): string {
  if (bytes.length === 0)
    throw new DomainError("unreadable", "The body is empty.", [place(reading, 1, "is empty")]);
  const encoding = markedEncoding(bytes) ?? charset ?? "utf-8";
  const text = decode(bytes, encoding, reading);
  if (text.includes("\u0000") && markedEncoding(bytes) === null && looksLikeUtf16(bytes))
    throw unreadable(reading, 1, "looks like UTF-16 without a byte order mark; send UTF-8");
  return text;
}

function decode(bytes: Uint8Array, encoding: string, reading: Pick<Reading, "at">): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof RangeError)
      throw new DomainError(
        "unsupportedMediaType",
        `The charset ${quote(encoding)} is not known; send UTF-8.`,
      );
    throw unreadable(reading, firstBadLine(bytes), `is not ${encoding}; send UTF-8`);
  }
}

function markedEncoding(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return null;
}

/** In UTF-16 every other byte of plain letters is 0. */
function looksLikeUtf16(bytes: Uint8Array): boolean {
  const [first, second, third, fourth] = bytes;
  return (first === 0 && third === 0) || (second === 0 && fourth === 0);
}

function firstBadLine(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    if (end === -1 || !isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
  return line;
}

function unreadable(reading: Pick<Reading, "at">, line: number, message: string): DomainError {
  return new DomainError("unreadable", `The text ${message}.`, [place(reading, line, `the text ${message}`)]);
}

function place(reading: Pick<Reading, "at">, line: number, message: string) {
  return { ...reading.at({ line }), message };
}
