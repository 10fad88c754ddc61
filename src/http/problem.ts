import { STATUS_CODES } from "node:http";
import * as z from "zod";
import type { DomainError, ErrorCode, Problem } from "../errors.js";

/** Each code's HTTP status; a code without one does not compile. */
export const STATUS: Record<ErrorCode, number> = {
  unreadable: 400,
  unauthorized: 401,
  forbidden: 403,
  crossSite: 403,
  notFound: 404,
  methodNotAllowed: 405,
  notAcceptable: 406,
  conflict: 409,
  stillRunning: 409,
  gone: 410,
  preconditionFailed: 412,
  tooLarge: 413,
  unsupportedMediaType: 415,
  wrongHost: 421,
  invalid: 422,
  invalidScores: 422,
  mixedUnits: 422,
  classRequired: 422,
  noCapabilityBenchmarks: 422,
  unknownName: 422,
  idempotencyKeyReused: 422,
  tooCostly: 422,
  rateLimited: 429,
  timedOut: 408,
  unavailable: 503,
  internal: 500,
};

export const PROBLEM_JSON = "application/problem+json; charset=utf-8";

/** RFC 9457, with every problem located. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    errors: z.array(
      z.object({
        part: z.string().optional(),
        parameter: z.string().optional(),
        pointer: z.string().optional(),
        line: z.number().int().optional(),
        column: z.number().int().optional(),
        message: z.string(),
      }),
    ),
    moreErrors: z.number().int().optional().meta({ description: "Problems found beyond the 50 listed" }),
    requestId: z.string().optional(),
  })
  .meta({ id: "Problem", description: "RFC 9457 problem details" });
export type ProblemReply = z.infer<typeof problemSchema>;

/** A detail quotes at most this much of what a client sent. */
const LONGEST_DETAIL = 1_000;

export function problemReply(error: DomainError, requestId?: string): ProblemReply {
  const status = STATUS[error.code];
  return {
    type: `https://decorrelate.invalid/problems/${error.code}`,
    title: STATUS_CODES[status] ?? "Error",
    status,
    detail: clip(error.message, LONGEST_DETAIL),
    code: error.code,
    errors: error.problems.map(
      (problem): Problem => ({ ...problem, message: clip(problem.message, LONGEST_DETAIL) }),
    ),
    ...(error.moreProblems > 0 ? { moreErrors: error.moreProblems } : {}),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

function clip(text: string, most: number): string {
  const whole = text.toWellFormed();
  return whole.length > most ? `${whole.slice(0, most)}…`.toWellFormed() : whole;
}
