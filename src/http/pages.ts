import type { FastifyReply, FastifyRequest } from "fastify";
import * as z from "zod";
import { DomainError } from "../errors.js";

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  cursor: z.string().max(2_000).optional().meta({ description: "From a `Link` of `rel=next`; opaque" }),
};

/** The place after which a page starts. @throws {DomainError} `invalid` for a cursor that we did not give. */
export function placeAfter<Place extends z.ZodType>(
  cursor: string | undefined,
  place: Place,
): z.infer<Place> | null {
  if (cursor === undefined) return null;
  try {
    return place.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
  } catch {
    throw new DomainError("invalid", "cursor: not one of ours", [
      { parameter: "cursor", message: "not one of ours" },
    ]);
  }
}

/**
 * The items of a page, of which one more than `limit` was fetched, with a `Link` to the next where there is more.
 */
export function pageOf<Item>(
  request: FastifyRequest,
  reply: FastifyReply,
  {
    fetched,
    limit,
    placeOf,
  }: { fetched: readonly Item[]; limit: number; placeOf: (item: Item) => string | number },
): Item[] {
  const items = fetched.slice(0, limit);
  const last = items.at(-1);
  if (fetched.length > limit && last !== undefined) {
    const next = new URL(request.url, "http://localhost");
    next.searchParams.set("cursor", Buffer.from(JSON.stringify(placeOf(last))).toString("base64url"));
    reply.header("link", `<${next.pathname}${next.search}>; rel="next"`);
  }
  return items;
}
