import type { FastifyRequest } from "fastify";
import { DomainError } from "../errors.js";

export interface Part {
  readonly name: string;
  readonly filename?: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/**
 * The parts of a multipart body, held in memory, all of them within `most` bytes.
 *
 * @throws {DomainError} `tooLarge`; `unreadable` for anything that the parser cannot follow, which it reports as a 500.
 */
export async function partsOf(request: FastifyRequest, most: number): Promise<Part[]> {
  const parts: Part[] = [];
  let total = 0;
  try {
    for await (const part of request.parts()) {
      const bytes = part.type === "file" ? await part.toBuffer() : Buffer.from(String(part.value ?? ""));
      total += bytes.length;
      if (total > most) throw new DomainError("tooLarge", `the parts are larger than ${most} bytes together`);
      const filename = part.type === "file" && part.filename ? { filename: part.filename } : {};
      // The plugin types a nameless part as named.
      const name = (part.fieldname as string | undefined) ?? "";
      parts.push({ name, mediaType: part.mimetype, bytes, ...filename });
    }
  } catch (error) {
    throw asUnreadable(error);
  }
  return parts;
}

function asUnreadable(error: unknown): unknown {
  if (error instanceof DomainError) return error;
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  if (status < 500) return error;
  return new DomainError("unreadable", `the multipart body cannot be read: ${(error as Error).message}`);
}
