import { DomainError, type Problem } from "../../src/errors.js";
import { type ComposeOptions, composeMatrix } from "../../src/ingest/compose-matrix.js";
import { type PostedBody, readPosting } from "../../src/ingest/read-posting.js";
import type { ReadOptions } from "../../src/ingest/reading.js";
import type { ScoreMatrix } from "../../src/matrix/score-matrix.js";

/** The way of a post through this room: bytes in, matrix or problems out. */
export type Options = Partial<ReadOptions & ComposeOptions> & { readonly latest?: ScoreMatrix };

export const CSV = "text/csv";
export const JSON_TYPE = "application/json";
export const NDJSON = "application/x-ndjson";

export function post(posted: PostedBody, { latest, ...options }: Options = {}) {
  const all = {
    percent: "refuse",
    duplicates: "refuse",
    maxCells: 1e6,
    capability: [],
    safety: [],
    ...options,
  } as const;
  return composeMatrix(readPosting(posted, all), latest ?? null, all);
}

export function body(content: string | Uint8Array, mediaType = CSV): PostedBody {
  return { bytes: typeof content === "string" ? new TextEncoder().encode(content) : content, mediaType };
}

export function postText(content: string | Uint8Array, mediaType = CSV, options: Options = {}) {
  return post(body(content, mediaType), options);
}

export function postJson(value: unknown, options: Options = {}) {
  return postText(JSON.stringify(value), JSON_TYPE, options);
}

/** The scores as `model: {benchmark: score}`, without those that are missing. */
export function table({ models, benchmarks, scores }: ScoreMatrix): Record<string, Record<string, number>> {
  return Object.fromEntries(
    models.map(({ model }, row) => [
      model,
      Object.fromEntries(
        benchmarks.flatMap(({ benchmark }, column) => {
          const score = scores[row * benchmarks.length + column] as number;
          return Number.isNaN(score) ? [] : [[benchmark, score]];
        }),
      ),
    ]),
  );
}

/** Warnings that nearly every CSV has are left out. */
export function codes(warnings: readonly { readonly code: string }[]): string[] {
  return warnings
    .map(({ code }) => code)
    .filter((code) => code !== "kindUnknown" && code !== "directionUnknown");
}

export interface Refusal {
  readonly code: string;
  readonly problems: readonly Problem[];
  readonly more: number;
}

/** The refusal of a post that has to be refused. */
export function refusal(attempt: () => unknown): Refusal {
  try {
    attempt();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { code: error.code, problems: error.problems, more: error.moreProblems };
  }
  throw new Error("the post was accepted");
}
