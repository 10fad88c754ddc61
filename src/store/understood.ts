import { DomainError } from "../errors.js";

/** Of Node, PostgreSQL (classes 08, 53 and 57P0x) and Prisma: the database cannot be asked at present. */
const UNREACHABLE =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT|08\w{3}|53\w{3}|57P0\d|25P03|P1001|P1002|P1008|P1017|P2024|P2028|P2037|DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections)$/;
/** What the pg driver says without a code. */
const HUNG_UP =
  /Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable|Server has closed the connection|Cannot use a pool after calling end/;
const DEEPEST = 8;

/** A failure of the database as the service knows it: `unavailable` where waiting may help, else a fault of ours. */
export function understood(error: unknown): unknown {
  if (error instanceof DomainError || !unreachable(error)) return error;
  const unavailable = new DomainError("unavailable", "The database does not answer at present.", [], 0, 1);
  unavailable.cause = error;
  return unavailable;
}

/** Prisma wraps the driver's error in `meta.driverAdapterError`, that in `cause`, Node several in `errors`. */
function unreachable(error: unknown, depth = 0): boolean {
  if (typeof error !== "object" || error === null || depth > DEEPEST) return false;
  const { code, originalCode, kind, message, cause, meta, errors } = error as Record<string, unknown>;
  if ([code, originalCode, kind].some((word) => typeof word === "string" && UNREACHABLE.test(word)))
    return true;
  if (typeof message === "string" && HUNG_UP.test(message)) return true;
  const inner = (meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError;
  const several = Array.isArray(errors) ? errors : [];
  return [cause, inner, ...several].some((nested) => unreachable(nested, depth + 1));
}
