import type { FastifyReply, FastifyRequest } from "fastify";

/** Without a preference; and the most that one may ask for. */
const WAIT_SECONDS = { default: 30, most: 300 };

/**
 * How long a request waits for an answer, in milliseconds, `null` for not at all, as its Prefer header says
 * (RFC 7240): `respond-async`, `wait=n`. Unknown and malformed preferences are passed over, as the standard has it;
 * of one given twice the first counts.
 */
export function waitPreferred({ headers }: FastifyRequest, reply: FastifyReply): number | null {
  const given = [headers.prefer ?? []].flat().join(",").split(",");
  const preferences = given.map((text) => (text.split(";", 1)[0] as string).trim().toLowerCase());
  const [, digits] = preferences.map((text) => /^wait\s*=\s*"?(\d{1,9})"?$/.exec(text)).find(Boolean) ?? [];
  const seconds = digits === undefined ? null : Math.min(Number(digits), WAIT_SECONDS.most);
  const async = preferences.includes("respond-async");
  const applied = [...(async ? ["respond-async"] : []), ...(seconds === null ? [] : [`wait=${seconds}`])];
  if (applied.length > 0) reply.header("preference-applied", applied.join(", "));
  // With both, the wait is how long the client would rather have the answer itself (RFC 7240, 4.3).
  if (async && seconds === null) return null;
  return 1_000 * (seconds ?? WAIT_SECONDS.default);
}
