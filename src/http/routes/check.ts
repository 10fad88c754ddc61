import { createHash } from "node:crypto";
import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import * as z from "zod";
import { checkAnswer } from "../../analysis/check.js";
import { answerOf } from "../../analysis/computation.js";
import { type ComputeOptions, computeOptions } from "../../analysis/options.js";
import { DIRECTIONS } from "../../matrix/score-matrix.js";
import type { Store } from "../../store/store.js";
import { sendOnce } from "../idempotency.js";
import { matrixName, replies } from "../wire.js";
import { classesAsked } from "./questions.js";

const MOST_NAMES = 10_000;

const body = z
  .strictObject({
    against: matrixName,
    class: z
      .string()
      .min(1)
      .max(512)
      .refine((name) => name !== "*", "is one class: a new benchmark is checked against one at a time")
      .optional()
      .meta({ description: "Required where the matrix has several" }),
    benchmark: z.strictObject({
      name: z.string().min(1).max(512),
      direction: z.enum(DIRECTIONS).default("higher"),
    }),
    scores: z
      .record(z.string().max(512), z.number())
      .refine((scores) => Object.keys(scores).length <= MOST_NAMES, `has more than ${MOST_NAMES} names`)
      .refine((scores) => Object.keys(scores).length > 0, "names no model")
      .meta({
        description:
          "Score by model name, at most 10 000; names match across organisation prefix, case, spaces and punctuation",
      }),
  })
  .meta({ id: "Check" });

/** POST /v1/check: a new benchmark against a stored matrix. Nothing is stored. */
export const checkRoutes: FastifyPluginAsyncZodOpenApi<{ store: Store }> = async (app, { store }) => {
  app.post(
    "/v1/check",
    {
      config: { scope: "read" },
      schema: {
        operationId: "check",
        tags: ["check"],
        summary: "Is a new benchmark entangled with capabilities?",
        description:
          "The capabilities score is the class's own, fitted on the whole class; the correlation is over the models that your names match. A doubtful match is suggested, never used. METHODS §4.",
        querystring: computeOptions.extend({
          revision: z
            .string()
            .regex(/^(latest|[1-9]\d{0,8})$/)
            .default("latest"),
        }),
        body,
        response: replies({
          200: {
            description: "The answer",
            schema: z.object({ matrix: z.string(), revision: z.number().int(), ...checkAnswer.shape }),
          },
        }),
      },
    },
    async (request, reply) => {
      const { against, class: className, benchmark, scores } = request.body;
      const { revision: wanted, ...options } = request.query;
      const bodyHash = () =>
        createHash("sha256")
          .update(JSON.stringify([request.query, request.body]))
          .digest("hex");
      return sendOnce({ request, reply, store, bodyHash }, async () => {
        const revision = await store.revisions.summary(
          against,
          wanted === "latest" ? wanted : Number(wanted),
        );
        const matrix = await store.revisions.matrix(against, revision.revision);
        const [name] = classesAsked(revision, className);
        const posted = { ...benchmark, scores: Object.entries(scores) };
        const inquiry = {
          question: "check",
          class: name as string,
          options: options as ComputeOptions,
          posted,
        };
        const answer = answerOf(inquiry, { digest: revision.digest, matrix });
        const reply = {
          matrix: against,
          revision: revision.revision,
          ...JSON.parse(Buffer.from(answer).toString()),
        };
        return { status: 200, headers: { "cache-control": "no-store" }, body: JSON.stringify(reply) };
      });
    },
  );
};
