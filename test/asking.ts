import { readFileSync } from "node:fs";
import * as z from "zod";
import type { Content } from "../src/analysis/ask.js";
import { answerOf, type Inquiry } from "../src/analysis/computation.js";
import { type ComputeOptions, computeOptions } from "../src/analysis/options.js";
import type { Question } from "../src/analysis/question.js";
import { QUESTIONS } from "../src/analysis/questions.js";
import { composeMatrix } from "../src/ingest/compose-matrix.js";
import { readPosting } from "../src/ingest/read-posting.js";
import { digestOf } from "../src/matrix/digest.js";

const reading = { duplicates: "refuse", percent: "refuse", maxCells: 1e6 } as const;

/** What a posted body is read as, without a service. */
export function contentOf(body: Buffer | object): Content {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const posting = readPosting({ bytes, mediaType: "application/json" }, reading);
  const { matrix } = composeMatrix(posting, null, { ...reading, capability: [], safety: [] });
  return { digest: digestOf(matrix), matrix };
}

/** A file of this repository, from its root. */
export function contentOfFile(path: string): Content {
  return contentOf(readFileSync(new URL(`../${path}`, import.meta.url)));
}

/** Options as a query would give them. */
export function inquiryOf(question: string, className: string, options: object): Inquiry {
  const asked = (QUESTIONS as unknown as Question[]).find(({ name }) => name === question);
  const parsed = z.strictObject({ ...computeOptions.shape, ...asked?.options }).parse(options);
  return { question, class: className, options: parsed as unknown as ComputeOptions };
}

/** The answer's own text, on this thread. */
export function answerText(content: Content, question: string, className: string, options: object): string {
  return Buffer.from(answerOf(inquiryOf(question, className, options), content)).toString();
}

export function answered<Answer>(
  content: Content,
  question: string,
  className: string,
  options: object,
): Answer {
  return JSON.parse(answerText(content, question, className, options)) as Answer;
}

/** The same matrix with models and benchmarks in reverse order. */
export function reversed({ matrix }: Content): Content {
  const [n, p] = [matrix.models.length, matrix.benchmarks.length];
  const turned = {
    ...matrix,
    models: matrix.models.toReversed(),
    benchmarks: matrix.benchmarks.toReversed(),
    scores: matrix.scores.toReversed(),
    standardErrors: matrix.standardErrors?.toReversed() ?? null,
  };
  if (matrix.scores.length !== n * p) throw new RangeError("not a full table");
  return { digest: digestOf(turned), matrix: turned };
}
