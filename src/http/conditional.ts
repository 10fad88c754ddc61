import type { FastifyReply, FastifyRequest } from "fastify";
import { DomainError } from "../errors.js";

/** The entity tags of an If-Match or If-None-Match header; `null` without one. @throws {DomainError} `unreadable`. */
export function entityTags(header: string | undefined): readonly string[] | null {
  if (header === undefined) return null;
  if (header.trim() === "*") return ["*"];
  const tags = header.split(",").map((tag) => tag.trim());
  if (tags.every((tag) => /^(W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/.test(tag))) return tags;
  throw new DomainError("unreadable", "entity tags are quoted, separated by commas, or *");
}

/** Sets the tag; true where the client's copy is fresh and 304 was set (weak comparison, RFC 9110 §13.1.2). */
export function isFresh(request: FastifyRequest, reply: FastifyReply, tag: string): boolean {
  reply.header("etag", tag);
  const opaque = (text: string) => text.replace(/^W\//, "");
  const tags = entityTags(request.headers["if-none-match"]);
  const fresh = tags?.some((known) => known === "*" || opaque(known) === opaque(tag)) ?? false;
  if (fresh) reply.code(304);
  return fresh;
}
