import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import * as z from "zod";
import { DomainError } from "../../errors.js";
import { SCOPES, type Store, type Token } from "../../store/store.js";
import { replies, tokenReply } from "../wire.js";

const tags = ["tokens"];

export const tokenRoutes: FastifyPluginAsyncZodOpenApi<{ store: Store }> = async (app, { store }) => {
  app.get(
    "/v1/tokens",
    {
      config: { scope: "admin" },
      schema: {
        operationId: "listTokens",
        tags,
        summary: "Tokens, without their secrets",
        response: replies({
          200: { description: "The tokens", schema: z.object({ tokens: z.array(tokenReply) }) },
        }),
      },
    },
    async (_request, reply) => reply.send({ tokens: (await store.tokens.list()).map(onWire) }),
  );

  app.post(
    "/v1/tokens",
    {
      config: { scope: "admin" },
      schema: {
        operationId: "createToken",
        tags,
        summary: "Make a token; its secret is shown once",
        description:
          "From the first token on, the service is no longer open, also on loopback. Takes no Idempotency-Key: a secret is never kept.",
        body: z.strictObject({ name: z.string().min(1).max(200), scopes: z.array(z.enum(SCOPES)).min(1) }),
        response: replies({
          201: { description: "The token", schema: tokenReply.extend({ secret: z.string() }) },
        }),
      },
    },
    async (request, reply) => {
      if (request.headers["idempotency-key"] !== undefined) {
        throw new DomainError("invalid", "a token's secret is never kept, so this takes no Idempotency-Key");
      }
      const { token, secret } = await store.tokens.create(request.body);
      return reply
        .code(201)
        .header("cache-control", "no-store")
        .send({ ...onWire(token), secret });
    },
  );

  app.delete(
    "/v1/tokens/:id",
    {
      config: { scope: "admin" },
      schema: {
        operationId: "revokeToken",
        tags,
        summary: "Revoke a token",
        params: z.object({ id: z.string().min(1).max(100) }),
        response: replies({ 200: { description: "The token, revoked", schema: tokenReply } }),
      },
    },
    async (request, reply) => reply.send(onWire(await store.tokens.revoke(request.params.id))),
  );
};

function onWire({ id, name, scopes, createdAt, revokedAt }: Token): z.infer<typeof tokenReply> {
  return {
    id,
    name,
    scopes: [...scopes],
    createdAt: createdAt.toISOString(),
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}
