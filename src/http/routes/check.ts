import { createHash } from "node:crypto";
import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import * as z from "zod";
import { checkAnswer } from "../../analysis/check.js";
import { type ComputeOptions, computeOptions } from "../../analysis/options.js";
import type { Analyses } from "../../jobs/analyses.js";
import type { Answers, Asked } from "../../jobs/answers.js";
import { DIRECTIONS } from "../../matrix/score-matrix.js";
import type { KeptReply, RevisionSummary, Store } from "../../store/store.js";
import { accepted, analysisReply } from "../analysis-reply.js";
import { sendOnce } from "../idempotency.js";
import { patienceOf } from "../patience.js";
import { wholeBody } from "../rendering.js";
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
export const checkRoutes: FastifyPluginAsyncZodOpenApi<{
  store: Store;
  answers: Answers;
  analyses: Analyses;
}> = async (app, { store, answers, analyses }) => {
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
          202: { description: "It takes longer: Location says where to come back", schema: analysisReply },
        }),
      },
    },
    async (request, reply) => {
      const { against, class: className, benchmark, scores } = request.body;
      const { revision: wanted, ...options } = request.query;
      const revision = await store.revisions.summary(against, wanted === "latest" ? wanted : Number(wanted));
      const [name = ""] = classesAsked(revision, className);
      const posted = { ...benchmark, scores: Object.entries(scores) };
      const inquiry = { question: "check", class: name, options: options as ComputeOptions, posted };
      const asked = { question: "check", revision, inquiries: [inquiry], every: false, url: null };
      const answered = await answeredBy(asked, revision);
      const bodyHash = () =>
        createHash("sha256")
          .update(JSON.stringify([request.query, request.body]))
          .digest("hex");
      // Nothing is written but the reply, so nothing is computed within its transaction.
      return sendOnce({ request, reply, store, bodyHash }, async () => answered);

      async function answeredBy(what: Asked, of: RevisionSummary): Promise<KeptReply> {
        const found = await answers.ask(what, patienceOf(request, reply));
        if ("analysis" in found) return accepted(analyses, found.analysis);
        const body = wholeBody(of, found.answers, false).toString("utf8");
        return { status: 200, headers: { "cache-control": "no-store" }, body };
      }
    },
  );
};
