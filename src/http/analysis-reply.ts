import type { FastifyReply } from "fastify";
import * as z from "zod";
import { DomainError } from "../errors.js";
import { type Analyses, hasEnded, type Standing } from "../jobs/analyses.js";
import type { Answers, KeptAnswer } from "../jobs/answers.js";
import { ANALYSIS_STATES } from "../store/store.js";
import { wholeBody } from "./rendering.js";
import type { Format } from "./reply-format.js";

export const analysisReply = z
  .object({
    id: z.string(),
    status: z.enum(ANALYSIS_STATES),
    progress: z.number().meta({ description: "Share done, 0 to 1" }),
    matrix: z.string(),
    revision: z.number().int(),
    question: z.string(),
    createdAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
    links: z.record(z.string(), z.string()),
    error: z
      .object({
        code: z.string(),
        detail: z.string(),
        errors: z.array(z.looseObject({ message: z.string() })),
      })
      .optional()
      .meta({ description: "Why it failed" }),
    result: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: "The answer, as the question's own route gives it" }),
  })
  .meta({ id: "Analysis" });

const POLL_SECONDS = 1;

/** 202 with where to come back; a table has no room for that, so it is 503, and the computation goes on. */
export async function sendAccepted(
  reply: FastifyReply,
  analyses: Analyses,
  { id, format }: { id: string; format: Format },
): Promise<FastifyReply> {
  const { status, headers, body } = await accepted(analyses, id);
  reply.headers(headers);
  if (format !== "json") {
    const detail = `the answer takes longer; it is being computed, see ${headers.location}`;
    throw new DomainError("unavailable", detail, [], 0, POLL_SECONDS);
  }
  return reply.code(status).type("application/json; charset=utf-8").send(body);
}

export async function accepted(analyses: Analyses, id: string) {
  return {
    status: 202,
    headers: {
      location: `/v1/analyses/${id}`,
      "retry-after": String(POLL_SECONDS),
      "cache-control": "no-store",
    },
    body: JSON.stringify(onWire(await analyses.get(id))),
  };
}

/** @throws {DomainError} `gone` where the result is kept no longer: answers are a cache. */
export async function standingBody(standing: Standing, answers: Answers): Promise<Buffer> {
  const head = Buffer.from(JSON.stringify(onWire(standing)));
  if (standing.status !== "succeeded") return head;
  const kept = await answers.kept(standing.keys);
  if (kept === null) throw new DomainError("gone", "this result is kept no longer; ask the question again");
  return Buffer.concat([
    head.subarray(0, -1),
    Buffer.from(',"result":'),
    resultOf(standing, kept),
    Buffer.from("}"),
  ]);
}

export function onWire(standing: Standing): z.infer<typeof analysisReply> {
  const { id, status, progress, matrix, revision, question, createdAt, endedAt, error, url } = standing;
  const self = `/v1/analyses/${id}`;
  const links = {
    self,
    ...(hasEnded(standing) ? {} : { events: `${self}/events` }),
    ...(url === null ? {} : { question: url }),
    revision: `/v1/matrices/${matrix}/revisions/${revision}`,
  };
  const failure = error && { code: error.code, detail: error.detail, errors: [...error.problems] };
  return {
    id,
    status,
    progress,
    matrix,
    revision,
    question,
    createdAt: createdAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    links,
    ...(failure === null ? {} : { error: failure as NonNullable<z.infer<typeof analysisReply>["error"]> }),
  };
}

function resultOf(standing: Standing, kept: readonly KeptAnswer[]): Buffer {
  return wholeBody(standing, kept, standing.every);
}
