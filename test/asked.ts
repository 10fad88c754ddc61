import { readFileSync } from "node:fs";
import type { Content } from "../src/analysis/ask.js";
import { answerOf } from "../src/analysis/computation.js";
import { type ComputeOptions, computeOptions } from "../src/analysis/options.js";
import type { Question } from "../src/analysis/question.js";
import { QUESTIONS } from "../src/analysis/questions.js";
import { composeMatrix } from "../src/ingest/compose-matrix.js";
import { readPosting } from "../src/ingest/read-posting.js";
import { digestOf } from "../src/matrix/digest.js";
import type { ScoreMatrix } from "../src/matrix/score-matrix.js";

const READING = { duplicates: "refuse", percent: "refuse", maxCells: 1e6 } as const;

/** A canonical body as the service reads it. */
export function contentOf(body: object | Uint8Array): Content {
  const bytes = body instanceof Uint8Array ? body : new TextEncoder().encode(JSON.stringify(body));
  const posting = readPosting({ bytes, mediaType: "application/json" }, READING);
  const { matrix } = composeMatrix(posting, null, { ...READING, capability: [], safety: [] });
  return { digest: digestOf(matrix), matrix };
}

export const BUNDLED = contentOf(readFileSync(new URL("../data/safetywashing-2024.json", import.meta.url)));

/** A question's answer, its own options parsed as a request's would be. */
export function asked<Reply>(name: string, content: Content, className: string, options: object = {}): Reply {
  return JSON.parse(bytesOf(name, content, className, options)) as Reply;
}

export function bytesOf(name: string, content: Content, className: string, options: object = {}): string {
  const question = (QUESTIONS as unknown as readonly Question[]).find((one) => one.name === name);
  const parsed = computeOptions.extend(question?.options ?? {}).parse(options) as ComputeOptions;
  return Buffer.from(answerOf({ question: name, class: className, options: parsed }, content)).toString();
}

/** The same matrix with models and benchmarks in reverse order. */
export function reversed({ matrix }: Content): Content {
  const [n, p] = [matrix.models.length, matrix.benchmarks.length];
  const turned = (cells: Float64Array) =>
    cells.map((_, k) => cells[(n - 1 - Math.floor(k / p)) * p + (p - 1 - (k % p))] as number);
  const other: ScoreMatrix = {
    ...matrix,
    models: matrix.models.toReversed(),
    benchmarks: matrix.benchmarks.toReversed(),
    scores: turned(matrix.scores),
    standardErrors: matrix.standardErrors === null ? null : turned(matrix.standardErrors),
  };
  return { digest: digestOf(other), matrix: other };
}

/** Numbers to ten digits: the order of a sum moves the last ones. */
export function toTenDigits<Value>(value: Value): Value {
  const text = JSON.stringify(value, (_, x) => (typeof x === "number" ? Number(x.toPrecision(10)) + 0 : x));
  return JSON.parse(text) as Value;
}
