import { createHash } from "node:crypto";
import * as z from "zod";
import type { Question } from "../analysis/question.js";
import type { KeptAnswer } from "../jobs/answers.js";
import type { RevisionSummary } from "../store/store.js";
import { toCsv } from "./csv.js";
import type { Format } from "./reply-format.js";
import { asRows, isWhole, rowsKey, type View, viewed } from "./view.js";

/** The bytes of a reply and their entity tag. */
export interface Rendering {
  readonly tag: string;
  readonly body: Buffer;
}

interface Rendered {
  readonly question: Question;
  readonly revision: RevisionSummary;
  readonly answers: readonly KeptAnswer[];
  /** Whether every class was asked, so that answers stand in a list. */
  readonly every: boolean;
  readonly view: View;
  readonly format: Format;
}

/** Stored answers as the client asked to see them. Weak tags: a proxy may compress the same bytes. */
export function rendering(asked: Rendered): Rendering {
  return { tag: `W/"${tagOf(asked)}"`, body: bodyOf(asked) };
}

function bodyOf({ question, revision, answers, every, view, format }: Rendered): Buffer {
  if (format === "json" && isWhole(view)) return wholeBody(revision, answers, every);
  const bodies = answers.map(({ json }) => viewed(question, JSON.parse(json.toString("utf8")), view));
  if (format === "json") return Buffer.from(JSON.stringify(enveloped(revision, bodies, every)));
  const rows = bodies.flatMap((body) => {
    const list = asRows(body[rowsKey(question, view)]);
    return every ? list.map((row) => ({ class: body.class, ...row })) : list;
  });
  const list = question.shape[rowsKey(question, view)];
  const row = list instanceof z.ZodArray ? (list.element as z.ZodType) : undefined;
  return Buffer.from(
    format === "csv" ? toCsv(rows, row) : rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
  );
}

/** The stored bytes behind the envelope, without parsing them. */
export function wholeBody(
  revision: Pick<RevisionSummary, "matrix" | "revision" | "digest">,
  answers: readonly KeptAnswer[],
  every: boolean,
): Buffer {
  const head = `{"matrix":${JSON.stringify(revision.matrix)},"revision":${revision.revision},`;
  const [first] = answers;
  if (!every && first !== undefined) return Buffer.concat([Buffer.from(head), first.json.subarray(1)]);
  const separated = answers.flatMap(({ json }, i) => (i === 0 ? [json] : [Buffer.from(","), json]));
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

/** Digest, options and method version are in the answers' keys; the rest is what this view makes of them. */
function tagOf({ revision, answers, every, view, format }: Rendered): string {
  const { benchmark, kind, area, verdict, sort, limit, rows } = view;
  const parts = [
    answers.map(({ key }) => key),
    every,
    revision.revision,
    format,
    benchmark,
    kind,
    area,
    verdict,
    sort,
    limit,
    rows,
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 32);
}
