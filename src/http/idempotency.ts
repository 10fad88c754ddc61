import type { FastifyReply, FastifyRequest } from "fastify";
import { DomainError } from "../errors.js";
import type { KeptReply, Store, Transaction } from "../store/store.js";

/**
 * Answers a POST, under `Idempotency-Key` at most once: the reply is kept with what the work wrote, in one
 * transaction, and the same request gets it again for 24 hours.
 *
 * @param bodyHash of everything that the work depends on besides the route: body, content type, query.
 */
export async function sendOnce(
  {
    request,
    reply,
    store,
    bodyHash,
  }: { request: FastifyRequest; reply: FastifyReply; store: Store; bodyHash: () => string },
  work: (transaction?: Transaction) => Promise<KeptReply>,
): Promise<FastifyReply> {
  const key = idempotencyKey(request);
  if (key === null) return send(reply, await work());
  const scope = `${request.caller.id ?? ""} ${request.method} ${request.routeOptions.url} ${JSON.stringify(request.params)}`;
  const { reply: kept, replayed } = await store.once({ scope, key, bodyHash: bodyHash() }, work);
  if (replayed) reply.header("idempotency-replayed", "true");
  return send(reply, kept);
}

function idempotencyKey({ headers }: FastifyRequest): string | null {
  const key = headers["idempotency-key"];
  if (key === undefined) return null;
  if (typeof key === "string" && /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  const message = "is 1 to 255 visible ASCII characters, given once";
  throw new DomainError("unreadable", `Idempotency-Key ${message}`, [
    { parameter: "Idempotency-Key", message },
  ]);
}

function send(reply: FastifyReply, { status, headers, body }: KeptReply): FastifyReply {
  return reply.code(status).headers(headers).type("application/json; charset=utf-8").send(Buffer.from(body));
}
