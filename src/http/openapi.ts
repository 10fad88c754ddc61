import { readFileSync } from "node:fs";
import fastifySwagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { fastifyZodOpenApiPlugin, fastifyZodOpenApiTransformers } from "fastify-zod-openapi";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const TAGS = [
  {
    name: "questions",
    description: "What a matrix says: capabilities, correlations, comparison with averages",
  },
  { name: "check", description: "A new benchmark against a stored matrix" },
  { name: "analyses", description: "What takes longer than a request waits" },
  { name: "matrices", description: "Score matrices and their immutable revisions" },
  { name: "tokens", description: "Who may do what" },
  { name: "process", description: "Health and metrics" },
];

/** OpenAPI 3.1 from the route schemas, registered before the routes it describes. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(fastifyZodOpenApiPlugin);
  await app.register(fastifySwagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Decorrelate",
        version,
        description:
          "Whether an AI-safety benchmark measures safety, or tracks how capable models are. Follows Ren et al. 2024, arXiv 2407.21792.",
        license: { name: "MIT", identifier: "MIT" },
      },
      servers: [{ url: "/" }],
      tags: TAGS,
      components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
      security: [{ token: [] }, {}],
    },
    ...fastifyZodOpenApiTransformers,
  });
  app.get("/openapi.json", { config: { scope: "public" }, schema: { hide: true } }, async (_request, reply) =>
    reply.header("cache-control", "no-cache").send(app.swagger()),
  );
}
