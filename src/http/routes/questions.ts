import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import * as z from "zod";
import { type ComputeOptions, computeOptions } from "../../analysis/options.js";
import type { Question } from "../../analysis/question.js";
import { QUESTIONS } from "../../analysis/questions.js";
import { DomainError, quote } from "../../errors.js";
import { type Answers, answerSchema, type KeptAnswer } from "../../jobs/answers.js";
import type { RevisionSummary, Store } from "../../store/store.js";
import { isFresh } from "../conditional.js";
import { toCsv } from "../csv.js";
import { type Format, formatFor, MEDIA_TYPE } from "../reply-format.js";
import { asRows, isWhole, rowsKey, type View, viewed, viewOptions } from "../view.js";
import { matrixName, parseRevision, replies, revisionNumber } from "../wire.js";

const envelope = { matrix: z.string(), revision: z.number().int() };

/** One route a question, from the table of questions. */
export const questionRoutes: FastifyPluginAsyncZodOpenApi<{ store: Store; answers: Answers }> = async (
  app,
  { store, answers },
) => {
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
        const classes = classesAsked(revision, className);
        const kept = await Promise.all(
          classes.map((name) =>
            answers.get({ question, revision, class: name, options: options as ComputeOptions }),
          ),
        );
        return sendAnswer(request, reply, {
          question,
          revision,
          kept,
          every: className === "*",
          view: options,
        });
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

interface Sending {
  readonly question: Question;
  readonly revision: RevisionSummary;
  readonly kept: readonly KeptAnswer[];
  readonly every: boolean;
  readonly view: View;
}

function sendAnswer(request: FastifyRequest, reply: FastifyReply, sending: Sending) {
  const { question, revision, kept, every, view } = sending;
  const format = formatFor(request, view.format);
  const key = kept.map((answer) => answer.key).join("");
  reply.header("cache-control", "no-cache").type(MEDIA_TYPE[format]);
  if (isFresh(request, reply, `W/"${key}.r${revision.revision}${viewTag(view, format)}"`))
    return reply.send();
  if (format === "json" && isWhole(view)) return reply.send(wholeBody(revision, kept, every));
  const bodies = kept.map(({ json }) => viewed(question, JSON.parse(json.toString("utf8")), view));
  if (format === "json") return reply.send(Buffer.from(JSON.stringify(enveloped(revision, bodies, every))));
  const rows = bodies.flatMap((body) => {
    const list = asRows(body[rowsKey(question, view)]);
    return every ? list.map((row) => ({ class: body.class, ...row })) : list;
  });
  const lines = format === "csv" ? toCsv(rows) : rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  return reply.send(Buffer.from(lines));
}

/** The stored bytes behind the envelope, without parsing them. */
function wholeBody(revision: RevisionSummary, kept: readonly KeptAnswer[], every: boolean): Buffer {
  const head = `{"matrix":${JSON.stringify(revision.matrix)},"revision":${revision.revision},`;
  const [first] = kept;
  if (!every && first !== undefined) return Buffer.concat([Buffer.from(head), first.json.subarray(1)]);
  const separated = kept.flatMap(({ json }, i) => (i === 0 ? [json] : [Buffer.from(","), json]));
  return Buffer.concat([
    Buffer.from(`${head}"digest":${JSON.stringify(revision.digest)},"classes":[`),
    ...separated,
    Buffer.from("]}"),
  ]);
}

function enveloped(revision: RevisionSummary, bodies: readonly object[], every: boolean): object {
  const head = { matrix: revision.matrix, revision: revision.revision };
  return every ? { ...head, digest: revision.digest, classes: bodies } : { ...head, ...bodies[0] };
}

function viewTag(view: View, format: Format): string {
  if (isWhole(view)) return format === "json" ? "" : `.${format}`;
  const { benchmark, kind, area, verdict, sort, limit, rows } = view;
  const text = JSON.stringify([format, benchmark, kind, area, verdict, sort, limit, rows]);
  return `.${createHash("sha256").update(text).digest("base64url").slice(0, 16)}`;
}

function capitalised(name: string): string {
  return name.replace(/^.|-./g, (letters) => letters.slice(-1).toUpperCase());
}
