import { createHash } from "node:crypto";
import * as z from "zod";
import { answerHead } from "./answer.js";
import { ask, type Content, optionsRead } from "./ask.js";
import { check, checkAnswer, type NewBenchmark } from "./check.js";
import { METHOD_VERSION } from "./method-version.js";
import type { ComputeOptions } from "./options.js";
import type { Question } from "./question.js";
import { QUESTIONS } from "./questions.js";

/** Everything an answer depends on besides the content; structured-clonable and JSON. */
export interface Inquiry {
  /** Name of a question, or `check`. */
  readonly question: string;
  readonly class: string;
  readonly options: ComputeOptions;
  /** Of a check only. */
  readonly posted?: NewBenchmark;
}

/** What the parts of a computation share; opaque, structured-clonable, its large arrays on SharedArrayBuffers. */
export type Work = Readonly<Record<string, never>>;

export interface Prepared {
  /** How many parts of about equal work there are; 0: nothing to resample. */
  readonly parts: number;
  readonly work: Work | null;
}

/** First step, on one thread. */
export function prepare(_inquiry: Inquiry, _content: Content): Prepared {
  return { parts: 0, work: null };
}

/** Any thread may take any part in any order: the result does not depend on it. */
export function computePart(_work: Work, _part: number): void {}

/** Last step, on one thread: the checked answer, as the JSON bytes that are kept and sent. @throws {DomainError} as `ask`. */
export function finish(inquiry: Inquiry, content: Content, _work: Work | null): Uint8Array {
  const { class: className, options, posted } = inquiry;
  const question = questionOf(inquiry);
  const answer =
    question === null
      ? checkAnswer.parse(check(content, className, options, posted as NewBenchmark))
      : answerSchema(question).parse(ask(question, content, className, options));
  return new TextEncoder().encode(JSON.stringify(answer));
}

/** Of a cell, by measurement: some 600 ms for 4 500 × 60. */
const MS_A_CELL = 0.0022;

/** Estimated single-thread milliseconds, from sizes and options alone. */
export function costOf(_inquiry: Inquiry, size: { models: number; benchmarks: number }): number {
  return 1 + MS_A_CELL * size.models * size.benchmarks;
}

/** Names an answer: question, digest, class, options read, method version, and what was posted. */
export function keyOf(inquiry: Inquiry, digest: string): string {
  const { question: name, class: className, options, posted } = inquiry;
  const read = optionsRead(questionOf(inquiry) ?? { ignores: [] }, options);
  const parts = [name, digest, className, read, METHOD_VERSION, ...(posted === undefined ? [] : [posted])];
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 32);
}

/** The schema of a question's whole answer, but for the envelope that names the matrix. */
export function answerSchema(question: Question) {
  return z.strictObject({ ...answerHead, ...question.shape });
}

/** `null` for a check. */
function questionOf({ question: name }: Inquiry): Question | null {
  const found = (QUESTIONS as unknown as readonly Question[]).find((question) => question.name === name);
  if (found === undefined && name !== "check") throw new RangeError(`there is no question ${name}`);
  return found ?? null;
}
