import type { FastifyReply, FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { LRUCache } from "lru-cache";
import * as z from "zod";
import { answerSchema } from "../../analysis/computation.js";
import { type ComputeOptions, computeOptions, computeOptionsAmong } from "../../analysis/options.js";
import type { Question } from "../../analysis/question.js";
import { QUESTIONS } from "../../analysis/questions.js";
import { DomainError, quote } from "../../errors.js";
import type { Analyses } from "../../jobs/analyses.js";
import type { Answers } from "../../jobs/answers.js";
import type { RevisionSummary, Store } from "../../store/store.js";
import { analysisReply, sendAccepted } from "../analysis-reply.js";
import { isFresh } from "../conditional.js";
import { patienceOf } from "../patience.js";
import { type Rendering, rendering } from "../rendering.js";
import { type Format, formatFor, MEDIA_TYPE } from "../reply-format.js";
import { viewAmong, viewOptions } from "../view.js";
import { matrixName, parseRevision, replies, revisionNumber } from "../wire.js";

const envelope = { matrix: z.string(), revision: z.number().int() };

/** Rendered replies by URL, so that a dashboard's repeated question costs no more than sending it. */
const RENDERED_BYTES = 32 * 2 ** 20;

/** One route a question, from the table of questions. */
export const questionRoutes: FastifyPluginAsyncZodOpenApi<{
  store: Store;
  answers: Answers;
  analyses: Analyses;
}> = async (app, { store, answers, analyses }) => {
  const sent = new LRUCache<string, Sent>({
    maxSize: RENDERED_BYTES,
    sizeCalculation: ({ rendered }, key) => rendered.body.byteLength + 2 * key.length + 400,
  });
  /** A URL that was answered before was valid then: it is answered again while its revision is still the one it names. */
  async function sendAgain(request: FastifyRequest, reply: FastifyReply) {
    const known = sent.get(sentKey(request));
    if (known === undefined) return;
    const { revision, wanted } = known;
    const now = await store.revisions.summary(revision.matrix, wanted);
    if (now.revision === revision.revision && now.digest === revision.digest)
      return send(request, reply, known);
  }
  for (const question of QUESTIONS as unknown as readonly Question[]) {
    const one = z
      .object({ ...envelope, ...answerSchema(question).shape })
      .meta({ id: `${capitalised(question.name)}Answer` });
    const every = z.object({
      ...envelope,
      digest: z.string(),
      classes: z.array(one.omit({ matrix: true, revision: true })),
    });
    app.get(
      `/v1/matrices/:name/${question.name}`,
      {
        config: { scope: "read" },
        preValidation: sendAgain,
        schema: {
          operationId: question.name,
          tags: ["questions"],
          summary: question.summary,
          description: question.description,
          params: z.object({ name: matrixName }),
          querystring: z.strictObject({
            revision: revisionNumber.default("latest"),
            class: z
              .string()
              .optional()
              .meta({ description: "Model class; required where there are several; `*` answers each" }),
            ...computeOptions.shape,
            ...viewOptions,
            ...question.options,
          }),
          response: replies({
            200: { description: "The answer", schema: z.union([one, every]), csv: true },
            202: { description: "It takes longer: Location says where to come back", schema: analysisReply },
          }),
        },
      },
      async (request, reply) => {
        const { revision: wanted, class: className, ...parameters } = request.query;
        const options = computeOptionsAmong(
          parameters as typeof parameters & ComputeOptions,
          question.options,
        );
        const revision = await store.revisions.summary(request.params.name, parseRevision(wanted));
        const format = formatFor(request, parameters.format);
        const inquiries = classesAsked(revision, className).map((name) => ({
          question: question.name,
          class: name,
          options,
        }));
        const every = className === "*";
        const asked = { question: question.name, revision, inquiries, every, url: request.url };
        const found = await answers.ask(asked, patienceOf(request, reply));
        if ("analysis" in found) return sendAccepted(reply, analyses, { id: found.analysis, format });
        const { answers: kept } = found;
        const rendered = rendering({
          question,
          revision,
          answers: kept,
          every,
          view: viewAmong(parameters, question.options),
          format,
        });
        const answer = { revision, wanted: parseRevision(wanted), format, rendered };
        sent.set(sentKey(request), answer);
        return send(request, reply, answer);
      },
    );
  }
};

/** What a URL was answered with. */
interface Sent {
  readonly revision: RevisionSummary;
  readonly wanted: number | "latest";
  readonly format: Format;
  readonly rendered: Rendering;
}

function sentKey({ url, headers }: FastifyRequest): string {
  return `${headers.accept ?? ""} ${url}`;
}

function send(request: FastifyRequest, reply: FastifyReply, { format, rendered }: Sent): FastifyReply {
  reply.header("cache-control", "no-cache").type(MEDIA_TYPE[format]);
  return isFresh(request, reply, rendered.tag) ? reply.send() : reply.send(rendered.body);
}

/** Each class costs a fit of its own. */
const MOST_CLASSES = 100;

/** @throws {DomainError} `classRequired` where the matrix has several and none was named. */
export function classesAsked({ classes }: RevisionSummary, asked: string | undefined): string[] {
  const names = Object.keys(classes);
  if (asked === "*" && names.length <= MOST_CLASSES) return names;
  if (asked === "*") {
    const message = `this matrix has ${names.length} classes; * answers at most ${MOST_CLASSES}`;
    throw new DomainError("invalid", `class: ${message}`, [{ parameter: "class", message }]);
  }
  if (asked !== undefined) return [asked];
  if (names.length === 1) return names;
  const listed = names.slice(0, 20).map(quote).join(", ");
  const message = `name one of the model classes ${listed}, or * for each`;
  throw new DomainError("classRequired", `class: ${message}`, [{ parameter: "class", message }]);
}

function capitalised(name: string): string {
  return name.replace(/^.|-./g, (letters) => letters.slice(-1).toUpperCase());
}
