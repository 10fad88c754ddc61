import { createHash } from "node:crypto";
import fastifyMultipart from "@fastify/multipart";
import type { FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { validatorCompiler } from "fastify-zod-openapi";
import * as z from "zod";
import { canonicalMatrix } from "../../ingest/canonical.js";
import { composeMatrix } from "../../ingest/compose-matrix.js";
import { type PostedBody, readPosting } from "../../ingest/read-posting.js";
import { entityTag } from "../../store/entity-tag.js";
import type { KeptReply, Store } from "../../store/store.js";
import { entityTags } from "../conditional.js";
import { sendOnce } from "../idempotency.js";
import { partsOf } from "../multipart.js";
import { matrixName, replies, revisionOnWire, revisionReply } from "../wire.js";

export interface PostingLimits {
  readonly json: number;
  readonly csv: number;
  readonly cells: number;
}

const query = z.strictObject({
  mode: z.enum(["replace", "merge"]).default("replace"),
  class: z.string().optional().meta({ description: "Class of models that declare none" }),
  family: z.string().optional(),
  capability: z
    .array(z.string())
    .default([])
    .meta({ description: "Repeat: these benchmarks are of kind capability" }),
  safety: z
    .array(z.string())
    .default([])
    .meta({ description: "Repeat: these benchmarks are of kind safety" }),
  duplicates: z.enum(["refuse", "first", "last", "mean", "max"]).default("refuse"),
  percent: z.enum(["refuse", "convert"]).default("refuse"),
  layout: z.enum(["wide", "tidy"]).optional().meta({ description: "Of a CSV; detected by default" }),
});

/** POST …/revisions: the only way in for scores. */
export const postingRoutes: FastifyPluginAsyncZodOpenApi<{ store: Store; limits: PostingLimits }> = async (
  app,
  { store, limits },
) => {
  // Here a body stays bytes: the readers locate every problem in what was really sent.
  app.removeContentTypeParser("application/json");
  const asBytes = async (_request: FastifyRequest, body: Buffer) => body;
  app.addContentTypeParser("application/json", { parseAs: "buffer", bodyLimit: limits.json }, asBytes);
  for (const type of ["text/csv", "application/x-ndjson"]) {
    app.addContentTypeParser(type, { parseAs: "buffer", bodyLimit: limits.csv }, asBytes);
  }
  await app.register(fastifyMultipart, {
    limits: { fileSize: limits.csv, fieldSize: limits.csv, files: 1_000, fields: 10, parts: 1_010 },
  });

  app.post(
    "/v1/matrices/:name/revisions",
    {
      config: { scope: "write" },
      bodyLimit: limits.csv,
      // Bodies are bytes here; the schema below documents what the readers accept.
      validatorCompiler: (schema) =>
        schema.httpPart === "body" ? () => true : validatorCompiler(schema as never),
      schema: {
        operationId: "appendRevision",
        tags: ["matrices"],
        summary: "Post scores: append an immutable revision",
        description:
          "Creates the matrix if it is new. Every problem of a refused body is located; every repair is a warning in the reply. See docs/formats.md.",
        params: z.object({ name: matrixName }),
        querystring: query,
        body: {
          required: true,
          content: {
            "application/json": { schema: canonicalMatrix },
            "text/csv": {
              schema: z
                .string()
                .meta({ description: "Wide (a row a model) or tidy (model, benchmark, score)" }),
            },
            "application/x-ndjson": {
              schema: z.string().meta({ description: "One score, model or benchmark a line" }),
            },
            "multipart/form-data": {
              schema: z.object({
                scores: z.string().optional(),
                models: z.string().optional(),
                benchmarks: z.string().optional(),
                files: z.array(z.string()).optional(),
              }),
            },
          },
        },
        response: replies({
          200: { description: "Equal to the latest revision: nothing was appended", schema: revisionReply },
          201: { description: "The revision that was appended", schema: revisionReply },
        }),
      },
    },
    async (request, reply) => {
      const posted = await bodyOf(request, limits);
      const { mode, layout, duplicates, percent, ...defaults } = request.query;
      const posting = readPosting(posted, {
        duplicates,
        percent,
        maxCells: limits.cells,
        ...(layout === undefined ? {} : { layout }),
      });
      return sendOnce(
        { request, reply, store, bodyHash: () => hashOf(posted, request) },
        async (transaction) =>
          keptReply(
            await store.revisions.append(
              {
                name: request.params.name,
                compose: (latest) =>
                  composeMatrix(posting, mode === "merge" ? latest : null, {
                    ...defaults,
                    duplicates,
                    percent,
                    maxCells: limits.cells,
                    mode,
                  }),
                ifMatch: entityTags(request.headers["if-match"]),
                createdBy: request.caller.id === "open" ? null : request.caller.id,
              },
              transaction,
            ),
          ),
      );
    },
  );
};

async function bodyOf(request: FastifyRequest, limits: PostingLimits): Promise<PostedBody> {
  if (request.isMultipart()) return { parts: await partsOf(request, limits.csv) };
  const [mediaType = "", ...parameters] = (request.headers["content-type"] ?? "").split(";");
  const charset = parameters
    .map((text) => /^\s*charset\s*=\s*"?([^"\s;]+)"?\s*$/i.exec(text)?.[1])
    .find(Boolean);
  const bytes = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
  return { bytes, mediaType: mediaType.trim().toLowerCase(), ...(charset === undefined ? {} : { charset }) };
}

function hashOf(posted: PostedBody, request: FastifyRequest): string {
  const hash = createHash("sha256").update(JSON.stringify(request.query));
  const parts =
    "parts" in posted ? posted.parts : [{ name: "", mediaType: posted.mediaType, bytes: posted.bytes }];
  for (const { name, mediaType, bytes } of parts) {
    hash.update(JSON.stringify([name, mediaType, bytes.length])).update(bytes);
  }
  return hash.digest("hex");
}

function keptReply({ created, revision }: Awaited<ReturnType<Store["revisions"]["append"]>>): KeptReply {
  const body = revisionOnWire(revision);
  return {
    status: created ? 201 : 200,
    headers: { location: body.links.self as string, etag: entityTag(revision) },
    body: JSON.stringify(body),
  };
}
