import type { FastifyReply, FastifyRequest } from "fastify";
import type { Patience } from "../jobs/answers.js";
import { waitPreferred } from "./prefer.js";

/** How long this request waits, for whom, and until when anybody is there to be answered. */
export function patienceOf(request: FastifyRequest, reply: FastifyReply): Patience {
  return {
    ms: waitPreferred(request, reply),
    signal: goneSignal(reply),
    caller: callerKey(request),
  };
}

/** Given when the connection closes before the reply was sent. */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

/** Where no token tells callers apart, their address does. */
export function callerKey({ caller, ip }: FastifyRequest): string {
  return caller.id === null || caller.open ? `address ${ip}` : caller.id;
}
