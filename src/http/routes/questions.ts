import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { LRUCache } from "lru-cache";
import * as z from "zod";
import { type ComputeOptions, computeOptions } from "../../analysis/options.js";
import type { Question } from "../../analysis/question.js";
import { QUESTIONS } from "../../analysis/questions.js";
import { DomainError, quote } from "../../errors.js";
import { type Answers, answerSchema } from "../../jobs/answers.js";
import type { RevisionSummary, Store } from "../../store/store.js";
import { isFresh } from "../conditional.js";
import { type Rendering, rendering } from "../rendering.js";
import { formatFor, MEDIA_TYPE } from "../reply-format.js";
import { viewOptions } from "../view.js";
import { matrixName, parseRevision, replies, revisionNumber } from "../wire.js";

const envelope = { matrix: z.string(), revision: z.number().int() };

/** Rendered replies by URL, so that a dashboard's repeated question costs no more than sending it. */
const RENDERED_BYTES = 32 * 2 ** 20;

/** One route a question, from the table of questions. */
export const questionRoutes: FastifyPluginAsyncZodOpenApi<{ store: Store; answers: Answers }> = async (
  app,
  { store, answers },
) => {
  const kept = new LRUCache<string, Rendering>({
    maxSize: RENDERED_BYTES,
    sizeCalculation: ({ body }, key) => body.byteLength + 2 * key.length + 200,
  });
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
          }),
          response: replies({ 200: { description: "The answer", schema: z.union([one, every]), csv: true } }),
        },
      },
      async (request, reply) => {
        const { revision: wanted, class: className, ...options } = request.query;
        const revision = await store.revisions.summary(request.params.name, parseRevision(wanted));
        const format = formatFor(request, options.format);
        const known = `${format} ${revision.digest} ${revision.revision} ${request.url}`;
        const rendered = kept.get(known) ?? (await render());
        kept.set(known, rendered);
        reply.header("cache-control", "no-cache").type(MEDIA_TYPE[format]);
        return isFresh(request, reply, rendered.tag) ? reply.send() : reply.send(rendered.body);

        async function render() {
          const asked = classesAsked(revision, className).map((name) =>
            answers.get({ question, revision, class: name, options: options as ComputeOptions }),
          );
          const every = className === "*";
          return rendering({
            question,
            revision,
            every,
            view: options,
            format,
            answers: await Promise.all(asked),
          });
        }
      },
    );
  }
};

/** @throws {DomainError} `classRequired` where the matrix has several and none was named. */
export function classesAsked({ classes }: RevisionSummary, asked: string | undefined): string[] {
  const names = Object.keys(classes);
  if (asked === "*") return names;
  if (asked !== undefined) return [asked];
  if (names.length === 1) return names;
  const listed = names.slice(0, 20).map(quote).join(", ");
  const message = `name one of the model classes ${listed}, or * for each`;
  throw new DomainError("classRequired", `class: ${message}`, [{ parameter: "class", message }]);
}

function capitalised(name: string): string {
  return name.replace(/^.|-./g, (letters) => letters.slice(-1).toUpperCase());
}
