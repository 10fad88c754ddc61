import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import * as z from "zod";
import { entityTag } from "../../store/entity-tag.js";
import type { MatrixSummary, Store } from "../../store/store.js";
import { entityTags, isFresh } from "../conditional.js";
import { pageOf, pageQuery, placeAfter } from "../pages.js";
import { matrixName, matrixReply, replies, revisionOnWire } from "../wire.js";

const tags = ["matrices"];
const params = z.object({ name: matrixName });

export const matrixRoutes: FastifyPluginAsyncZodOpenApi<{ store: Store }> = async (app, { store }) => {
  app.get(
    "/v1/matrices",
    {
      config: { scope: "read" },
      schema: {
        operationId: "listMatrices",
        tags,
        summary: "Score matrices, by name",
        querystring: z.strictObject(pageQuery),
        response: replies({
          200: { description: "A page of matrices", schema: z.object({ matrices: z.array(matrixReply) }) },
        }),
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const fetched = await store.matrices.list({ limit: limit + 1, after: placeAfter(cursor, matrixName) });
      const items = pageOf(request, reply, { fetched, limit, placeOf: ({ name }) => name });
      return reply.send({ matrices: items.map(matrixOnWire) });
    },
  );

  app.get(
    "/v1/matrices/:name",
    {
      config: { scope: "read" },
      schema: {
        operationId: "getMatrix",
        tags,
        summary: "A score matrix with its latest revision",
        params,
        response: replies({ 200: { description: "The matrix", schema: matrixReply } }),
      },
    },
    async (request, reply) => {
      const matrix = await store.matrices.get(request.params.name);
      reply.header("cache-control", "no-cache");
      if (isFresh(request, reply, entityTag(matrix.latest))) return reply.send();
      return reply.send(matrixOnWire(matrix));
    },
  );

  app.delete(
    "/v1/matrices/:name",
    {
      config: { scope: "admin" },
      schema: {
        operationId: "deleteMatrix",
        tags,
        summary: "Delete a matrix; it can be restored for 30 days",
        params,
        response: replies({
          200: {
            description: "Deleted",
            schema: z.object({
              matrix: z.string(),
              restorableUntil: z.iso.datetime(),
              links: z.record(z.string(), z.string()),
            }),
          },
        }),
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      const { restorableUntil } = await store.matrices.remove(name, {
        ifMatch: entityTags(request.headers["if-match"]),
      });
      return reply.send({
        matrix: name,
        restorableUntil: restorableUntil.toISOString(),
        links: { restore: `/v1/matrices/${name}/restore` },
      });
    },
  );

  app.post(
    "/v1/matrices/:name/restore",
    {
      config: { scope: "admin" },
      schema: {
        operationId: "restoreMatrix",
        tags,
        summary: "Undo a deletion within 30 days",
        params,
        response: replies({ 200: { description: "The matrix, as it was", schema: matrixReply } }),
      },
    },
    async (request, reply) => reply.send(matrixOnWire(await store.matrices.restore(request.params.name))),
  );
};

function matrixOnWire({ name, createdAt, latest }: MatrixSummary): z.infer<typeof matrixReply> {
  const base = `/v1/matrices/${name}`;
  const links = {
    self: base,
    revisions: `${base}/revisions`,
    capabilities: `${base}/capabilities`,
    correlations: `${base}/correlations`,
    comparison: `${base}/comparison`,
  };
  return { matrix: name, createdAt: createdAt.toISOString(), latest: revisionOnWire(latest), links };
}
