import type { FastifyReply, FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import * as z from "zod";
import { differenceOf } from "../../matrix/difference.js";
import { DIRECTIONS, KINDS } from "../../matrix/score-matrix.js";
import { entityTag } from "../../store/entity-tag.js";
import type { RevisionSummary, Store } from "../../store/store.js";
import { isFresh } from "../conditional.js";
import { toCsv } from "../csv.js";
import { pageOf, pageQuery, placeAfter } from "../pages.js";
import { FORMATS, formatFor, MEDIA_TYPE } from "../reply-format.js";
import { exportScores, LAYOUTS } from "../score-export.js";
import {
  matrixName,
  parseRevision,
  replies,
  revisionNumber,
  revisionOnWire,
  revisionReply,
} from "../wire.js";

const tags = ["matrices"];
const params = z.object({ name: matrixName, revision: revisionNumber });
const head = { matrix: z.string(), revision: z.number().int(), digest: z.string() };
const number = z.number().nullable();
const text = z.string().nullable();

const modelSchema = z
  .object({
    model: z.string(),
    name: text,
    class: z.string(),
    family: text,
    parameters: number,
    trainingTokens: number,
    trainingFlop: number,
    releasedOn: text,
    parent: text,
    interventions: z.array(z.object({ method: z.string(), dose: number })).nullable(),
  })
  .meta({ id: "Model" });
const benchmarkSchema = z
  .object({
    benchmark: z.string(),
    name: text,
    kind: z.enum(KINDS),
    area: text,
    metric: text,
    direction: z.enum(DIRECTIONS),
    chance: number,
    min: number,
    max: number,
    items: number,
  })
  .meta({ id: "Benchmark" });

const changed = (name: string) =>
  z.array(
    z.object({
      [name]: z.string(),
      fields: z.record(z.string(), z.object({ from: z.unknown(), to: z.unknown() })),
    }),
  );
const differenceReply = z.object({
  matrix: z.string(),
  from: z.number().int(),
  to: z.number().int(),
  models: z.object({ added: z.array(z.string()), removed: z.array(z.string()), changed: changed("model") }),
  benchmarks: z.object({
    added: z.array(z.string()),
    removed: z.array(z.string()),
    changed: changed("benchmark"),
  }),
  scores: z
    .array(z.object({ model: z.string(), benchmark: z.string(), from: number, to: number }))
    .meta({ description: "Cells of models and benchmarks that both revisions have; null is no score" }),
  moreScores: z.number().int().meta({ description: "Changed cells beyond the 10 000 listed" }),
});

/** Reading revisions back. */
export const revisionRoutes: FastifyPluginAsyncZodOpenApi<{ store: Store }> = async (app, { store }) => {
  app.get(
    "/v1/matrices/:name/revisions",
    {
      config: { scope: "read" },
      schema: {
        operationId: "listRevisions",
        tags,
        summary: "Revisions, newest first",
        params: z.object({ name: matrixName }),
        querystring: z.strictObject(pageQuery),
        response: replies({
          200: {
            description: "A page of revisions",
            schema: z.object({ revisions: z.array(revisionReply) }),
          },
        }),
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const before = placeAfter(cursor, z.int32().min(1));
      const fetched = await store.revisions.list(request.params.name, { limit: limit + 1, before });
      const items = pageOf(request, reply, { fetched, limit, placeOf: ({ revision }) => revision });
      return reply.send({ revisions: items.map(revisionOnWire) });
    },
  );

  app.get(
    "/v1/matrices/:name/revisions/:revision",
    {
      config: { scope: "read" },
      schema: {
        operationId: "getRevision",
        tags,
        summary: "What a post was answered with",
        params,
        response: replies({ 200: { description: "The revision", schema: revisionReply } }),
      },
    },
    async (request, reply) => {
      const revision = await find(request.params);
      if (isCurrent(request, reply, revision, "summary")) return reply.send();
      return reply.send(revisionOnWire(revision));
    },
  );

  app.get(
    "/v1/matrices/:name/revisions/:revision/scores",
    {
      config: { scope: "read" },
      schema: {
        operationId: "getScores",
        tags,
        summary: "The scores, as posted",
        description:
          "Wide: a row a model, in JSON `{models, benchmarks, scores}` with null for no score. Tidy: a row a score. In CSV, texts that a spreadsheet would take for a formula have a leading apostrophe; JSON and NDJSON are exact.",
        params,
        querystring: z.strictObject({
          layout: z.enum(LAYOUTS).default("tidy"),
          format: z.enum(FORMATS).optional(),
        }),
        response: replies({
          200: {
            description: "The scores",
            csv: true,
            schema: z.union([
              z.object({
                ...head,
                scores: z.array(
                  z.object({
                    model: z.string(),
                    benchmark: z.string(),
                    score: z.number(),
                    standardError: z.number().optional(),
                  }),
                ),
              }),
              z.object({
                ...head,
                models: z.array(z.string()),
                benchmarks: z.array(z.string()),
                scores: z.array(z.array(number)),
              }),
            ]),
          },
        }),
      },
    },
    async (request, reply) => {
      const revision = await find(request.params);
      const { layout } = request.query;
      const format = formatFor(request, request.query.format);
      reply.type(MEDIA_TYPE[format]);
      if (isCurrent(request, reply, revision, `${layout}.${format}`)) return reply.send();
      return reply.send(exportScores(revision, await matrixOf(revision), layout, format));
    },
  );

  for (const { list, schema, id } of [
    { list: "models", schema: modelSchema, id: "listModels" },
    { list: "benchmarks", schema: benchmarkSchema, id: "listBenchmarks" },
  ] as const) {
    app.get(
      `/v1/matrices/:name/revisions/:revision/${list}`,
      {
        config: { scope: "read" },
        schema: {
          operationId: id,
          tags,
          summary: `The ${list}, with what was declared of them`,
          params,
          querystring: z.strictObject({ format: z.enum(FORMATS).optional() }),
          response: replies({
            200: {
              description: `The ${list}`,
              csv: true,
              schema: z.object({ ...head, [list]: z.array(schema) }),
            },
          }),
        },
      },
      async (request, reply) => {
        const revision = await find(request.params);
        const format = formatFor(request, request.query.format);
        reply.type(MEDIA_TYPE[format]);
        if (isCurrent(request, reply, revision, `${list}.${format}`)) return reply.send();
        const items = (await matrixOf(revision))[list];
        const { matrix, revision: at, digest } = revision;
        if (format === "csv") return reply.send(Buffer.from(toCsv(items.map((item) => ({ ...item })))));
        if (format === "ndjson")
          return reply.send(Buffer.from(items.map((item) => `${JSON.stringify(item)}\n`).join("")));
        return reply.send(Buffer.from(JSON.stringify({ matrix, revision: at, digest, [list]: items })));
      },
    );
  }

  app.get(
    "/v1/matrices/:name/revisions/:revision/diff/:other",
    {
      config: { scope: "read" },
      schema: {
        operationId: "diffRevisions",
        tags,
        summary: "What changed from this revision to another",
        params: params.extend({ other: revisionNumber }),
        response: replies({ 200: { description: "The difference", schema: differenceReply } }),
      },
    },
    async (request, reply) => {
      const { name, revision, other } = request.params;
      const from = await find({ name, revision });
      const to = await find({ name, revision: other });
      const difference = differenceOf(await matrixOf(from), await matrixOf(to));
      reply.header("cache-control", "no-cache");
      return reply.send({ matrix: name, from: from.revision, to: to.revision, ...difference });
    },
  );

  const find = ({ name, revision }: { name: string; revision: string }) =>
    store.revisions.summary(name, parseRevision(revision));
  const matrixOf = ({ matrix, revision }: RevisionSummary) => store.revisions.matrix(matrix, revision);
};

/** Data of a numbered revision never changes; what `latest` names does. */
function isCurrent(
  request: FastifyRequest,
  reply: FastifyReply,
  revision: RevisionSummary,
  variant: string,
): boolean {
  const { revision: asked } = request.params as { revision: string };
  reply.header("cache-control", asked === "latest" ? "no-cache" : "max-age=31536000, immutable");
  return isFresh(request, reply, `W/${entityTag(revision).slice(0, -1)}.${variant}"`);
}
