import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import * as z from "zod";
import { type Analyses, hasEnded, type Standing } from "../../jobs/analyses.js";
import type { Answers } from "../../jobs/answers.js";
import { analysisReply, onWire, standingBody } from "../analysis-reply.js";
import { eventStream, type ServerSentEvent } from "../event-stream.js";
import { pageOf, pageQuery, placeAfter } from "../pages.js";
import { goneSignal } from "../patience.js";
import { replies } from "../wire.js";

const tags = ["analyses"];
const id = z.string().min(1).max(100).meta({ description: "As the Location of a 202 names it" });

/** What a 202 points to: how an analysis stands, its result, its events, its end. */
export const analysisRoutes: FastifyPluginAsyncZodOpenApi<{ analyses: Analyses; answers: Answers }> = async (
  app,
  { analyses, answers },
) => {
  app.get(
    "/v1/analyses",
    {
      config: { scope: "read" },
      schema: {
        operationId: "listAnalyses",
        tags,
        summary: "Analyses of the last seven days, newest first, without their results",
        querystring: z.strictObject(pageQuery),
        response: replies({
          200: { description: "A page of analyses", schema: z.object({ analyses: z.array(analysisReply) }) },
        }),
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const fetched = await analyses.list({ limit: limit + 1, before: placeAfter(cursor, id) });
      const items = pageOf(request, reply, { fetched, limit, placeOf: (analysis) => analysis.id });
      return reply.header("cache-control", "no-store").send({ analyses: items.map(onWire) });
    },
  );

  app.get(
    "/v1/analyses/:id",
    {
      config: { scope: "read" },
      schema: {
        operationId: "getAnalysis",
        tags,
        summary: "How an analysis stands, with its result once it has succeeded",
        params: z.object({ id }),
        response: replies({ 200: { description: "The analysis", schema: analysisReply } }),
      },
    },
    async (request, reply) => {
      const body = await standingBody(await analyses.get(request.params.id), answers);
      return reply
        .header("cache-control", "no-store")
        .type("application/json; charset=utf-8")
        .send(body as never);
    },
  );

  app.get(
    "/v1/analyses/:id/events",
    {
      config: { scope: "read" },
      schema: {
        operationId: "analysisEvents",
        tags,
        summary:
          "The same as server-sent events: `progress`, and at the end `succeeded`, `failed` or `cancelled`",
        params: z.object({ id }),
        response: {
          ...replies({}),
          200: {
            description:
              "Each event's data is the analysis as its own route gives it; the stream ends by itself",
            content: { "text/event-stream": { schema: z.string() } },
          },
        },
      },
    },
    async (request, reply) => {
      const changes = await analyses.watch(request.params.id, goneSignal(reply));
      return reply
        .headers({ "cache-control": "no-store", "x-accel-buffering": "no" })
        .type("text/event-stream")
        .send(eventStream(eventsOf(changes, answers)) as never);
    },
  );

  app.delete(
    "/v1/analyses/:id",
    {
      config: { scope: "write" },
      schema: {
        operationId: "cancelAnalysis",
        tags,
        summary: "Cancel an analysis; what others wait for goes on for them",
        params: z.object({ id }),
        response: replies({ 200: { description: "The analysis, cancelled", schema: analysisReply } }),
      },
    },
    async (request, reply) => reply.send(onWire(await analyses.cancel(request.params.id))),
  );
};

async function* eventsOf(
  changes: AsyncIterable<Standing>,
  answers: Answers,
): AsyncGenerator<ServerSentEvent> {
  for await (const standing of changes) {
    const event = hasEnded(standing) ? standing.status : "progress";
    yield { event, data: await standingBody(standing, answers) };
  }
}
