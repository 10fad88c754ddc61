import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { answerOf } from "../../src/analysis/computation.js";
import type { ComputeOptions } from "../../src/analysis/options.js";
import { computeOptions } from "../../src/analysis/options.js";
import type { Question } from "../../src/analysis/question.js";
import { QUESTIONS } from "../../src/analysis/questions.js";
import { composeMatrix } from "../../src/ingest/compose-matrix.js";
import { readPosting } from "../../src/ingest/read-posting.js";
import { sliceOf } from "../../src/matrix/class-slice.js";
import { digestOf } from "../../src/matrix/digest.js";
import { BASES } from "../../src/stats/principal-component.js";
import { expectGoldenClass, type GoldenClass } from "../expect-released.js";
import { golden } from "../golden.js";

const reading = { duplicates: "refuse", percent: "refuse", maxCells: 1e6 } as const;
const bytes = readFileSync(new URL("../../data/safetywashing-2024.json", import.meta.url));
const { matrix, warnings } = composeMatrix(
  readPosting({ bytes, mediaType: "application/json" }, reading),
  null,
  {
    ...reading,
    capability: [],
    safety: [],
  },
);
const content = { digest: digestOf(matrix), matrix };
const { classes } = golden<{ classes: Record<string, GoldenClass> }>("bundled");

/** What a question of the table cannot do without. */
const OWN_OPTIONS: Readonly<Record<string, object>> = {
  confounding: { given: ["family", "releasedOn"] },
  sensitivity: { benchmark: ["ethics_all"], drop: 2 },
  "what-if": { benchmark: ["wmdp_bio"] },
};

test("the bundled matrix is 53 models and 84 benchmarks, read without a warning", () => {
  expect([matrix.models.length, matrix.benchmarks.length, warnings]).toEqual([53, 84, []]);
});

describe.each(Object.keys(classes))("the bundled matrix, class %s", (className) => {
  test.each(BASES)("numpy and scipy agree on every answer of the %s basis to 1e-9", async (basis) => {
    await expectGoldenClass(classes[className] as GoldenClass, basis, async (name, options) => {
      return answered(name, content, className, options) as never;
    });
  });

  test("no number depends on the order of models or benchmarks", () => {
    const turned = reordered();
    for (const question of QUESTIONS as unknown as Question[]) {
      const [plain, other] = [content, turned].map((c) =>
        answered(question.name, c, className, { resamples: 1_000, ...REQUIRED[question.name] }),
      );
      expect(sorted(other?.[question.rows])).toEqual(sorted(plain?.[question.rows]));
    }
  });
});

test("a slice of one class leaves out what is excluded", () => {
  const all = sliceOf(matrix, "chat");
  const fewer = sliceOf(matrix, "chat", new Set(["Llama-2-7b-chat-hf"]));
  expect(fewer.models.length).toBe(all.models.length - 1);
});

/** Options without which a question is refused. */
const REQUIRED: Readonly<Record<string, object>> = { "differential-safety": { benchmark: ["ethics_all"] } };

function answered(question: string, of: typeof content, className: string, options: object) {
  const schema = computeOptions.extend(questionNamed(question).options ?? {});
  const parsed = schema.parse({ resamples: 0, ...OWN_OPTIONS[question], ...options }) as ComputeOptions;
  const json = answerOf({ question, class: className, options: parsed }, of);
  return JSON.parse(Buffer.from(json).toString()) as Record<string, unknown>;
}

function questionNamed(name: string): Question {
  return (QUESTIONS as unknown as Question[]).find((question) => question.name === name) as Question;
}

/** The same matrix with models and benchmarks in reverse order. */
function reordered() {
  const [n, p] = [matrix.models.length, matrix.benchmarks.length];
  const scores = matrix.scores.map(
    (_, k) => matrix.scores[(n - 1 - Math.floor(k / p)) * p + (p - 1 - (k % p))] as number,
  );
  const turned = {
    ...matrix,
    models: matrix.models.toReversed(),
    benchmarks: matrix.benchmarks.toReversed(),
    scores,
  };
  return { digest: digestOf(turned), matrix: turned };
}

/** Rows by name, numbers to ten digits: the order of a sum moves the last ones. */
function sorted(rows: unknown): unknown[] {
  const texts = (rows as object[]).map((row) =>
    JSON.stringify(row, (_, value) => (typeof value === "number" ? Number(value.toFixed(10)) + 0 : value)),
  );
  return texts.sort();
}
