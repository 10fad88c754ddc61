import * as z from "zod";
import { warning } from "../analysis/answer.js";
import { MATRIX_NAME } from "../matrix/names.js";
import { type RevisionSummary, SCOPES } from "../store/store.js";
import { problemSchema } from "./problem.js";

/** What several routes' schemas share. Every use in a response is a fresh object: see `replies`. */
export const matrixName = z
  .string()
  .regex(
    MATRIX_NAME,
    "is not a matrix name: lower-case letters, digits, '.', '_' and '-', at most 64, starting with a letter or digit",
  )
  .meta({ description: "Name of a score matrix", example: "safetywashing-2024" });

const POSITIVE_INTEGER = /^[1-9]\d{0,8}$/;
export const revisionNumber = z
  .string()
  .regex(/^(latest|[1-9]\d{0,8})$/, "is a revision number or latest")
  .meta({ description: "A revision's number, or `latest`", example: "latest" });

export function parseRevision(text: string): number | "latest" {
  return POSITIVE_INTEGER.test(text) ? Number(text) : "latest";
}

const links = z.record(z.string(), z.string());

export const revisionReply = z
  .object({
    matrix: z.string(),
    revision: z.number().int(),
    digest: z.string(),
    title: z.string().nullable(),
    createdAt: z.iso.datetime(),
    createdBy: z.string().nullable().meta({ description: "Id of the token that posted it" }),
    models: z.number().int(),
    benchmarks: z.number().int(),
    scores: z.number().int(),
    missing: z.number().int(),
    classes: z.record(z.string(), z.number().int()),
    warnings: z.array(warning),
    links,
  })
  .meta({ id: "Revision" });
export type RevisionReply = z.infer<typeof revisionReply>;

export const matrixReply = z
  .object({ matrix: z.string(), createdAt: z.iso.datetime(), latest: revisionReply, links })
  .meta({ id: "Matrix" });

export const tokenReply = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    createdAt: z.iso.datetime(),
    revokedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "Token" });

export function revisionOnWire(revision: RevisionSummary): RevisionReply {
  const base = `/v1/matrices/${revision.matrix}`;
  const self = `${base}/revisions/${revision.revision}`;
  const at = `revision=${revision.revision}`;
  return {
    ...revision,
    createdAt: revision.createdAt.toISOString(),
    classes: { ...revision.classes },
    warnings: revision.warnings.map((w) => ({
      ...w,
      ...(w.names === undefined ? {} : { names: [...w.names] }),
    })) as RevisionReply["warnings"],
    links: {
      self,
      scores: `${self}/scores`,
      capabilities: `${base}/capabilities?${at}`,
      correlations: `${base}/correlations?${at}`,
      comparison: `${base}/comparison?${at}`,
    },
  };
}

type Reply = { readonly description: string; readonly content: Record<string, { schema: z.ZodType }> };

/**
 * The replies of a route, each a fresh object (fastify-zod-openapi empties an object that two routes share),
 * with the problem that any of them may answer.
 */
export function replies(success: Record<number, { description: string; schema?: z.ZodType; csv?: boolean }>) {
  const described = Object.entries(success).map(([status, { description, schema, csv }]) => {
    const content: Reply["content"] = schema === undefined ? {} : { "application/json": { schema } };
    if (csv === true) {
      content["text/csv"] = { schema: z.string() };
      content["application/x-ndjson"] = { schema: z.string() };
    }
    return [status, schema === undefined ? { description } : { description, content }] as const;
  });
  const problem = (description: string): Reply => ({
    description,
    content: { "application/problem+json": { schema: problemSchema } },
  });
  return {
    ...Object.fromEntries(described),
    "4XX": problem("The request was refused"),
    "5XX": problem("Not now, or our fault"),
  };
}
