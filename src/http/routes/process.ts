import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import type { Registry } from "prom-client";
import * as z from "zod";
import type { Store } from "../../store/store.js";
import { replies } from "../wire.js";

const tags = ["process"];
const status = z.object({ status: z.literal("ok") });

/** Whether the process lives, whether it can serve, and how it fares. */
export const processRoutes: FastifyPluginAsyncZodOpenApi<{ store: Store; registry: Registry }> = async (
  app,
  { store, registry },
) => {
  app.get(
    "/health/live",
    {
      config: { scope: "public", rateLimit: false },
      schema: {
        operationId: "live",
        tags,
        summary: "The process answers",
        response: replies({ 200: { description: "It does", schema: status } }),
      },
    },
    async (_request, reply) => reply.send({ status: "ok" }),
  );

  app.get(
    "/health/ready",
    {
      config: { scope: "public", rateLimit: false },
      schema: {
        operationId: "ready",
        tags,
        summary: "The database answers too",
        response: replies({ 200: { description: "It does", schema: status } }),
      },
    },
    async (_request, reply) => {
      await store.ping();
      return reply.send({ status: "ok" });
    },
  );

  app.get(
    "/metrics",
    {
      config: { scope: "read" },
      schema: {
        operationId: "metrics",
        tags,
        summary: "Prometheus metrics",
        response: {
          ...replies({}),
          200: { description: "Text exposition format", content: { "text/plain": { schema: z.string() } } },
        },
      },
    },
    async (_request, reply) => reply.type(registry.contentType).send(Buffer.from(await registry.metrics())),
  );
};
