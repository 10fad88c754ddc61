import fc from "fast-check";
import { expect, test } from "vitest";
import { DomainError } from "../../src/errors.js";
import { nameFault } from "../../src/matrix/names.js";
import { CSV, JSON_TYPE, NDJSON, postText, table } from "./post.js";

/** Names that a CSV cell keeps: trimmed, no spelling of a missing value, and none that a reader takes for something else. */
const name = fc
  .oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
    fc.constantFrom("__proto__", "constructor", "a,b", 'q"q', "x\ny", "=1", "日本", "a;b"),
  )
  .map((text) => `bench ${text.trim()}!`)
  .filter((text) => nameFault(text) === null && !text.includes("\r"));

const scores = fc
  .tuple(
    fc.uniqueArray(name, { minLength: 1, maxLength: 6 }),
    fc.uniqueArray(name, { minLength: 1, maxLength: 6 }),
  )
  .chain(([models, benchmarks]) =>
    fc.record({
      models: fc.constant(models),
      benchmarks: fc.constant(benchmarks),
      cells: fc.array(
        fc.oneof(
          fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (x === 0 ? 0 : x)),
          fc.constant(null),
        ),
        { minLength: models.length * benchmarks.length, maxLength: models.length * benchmarks.length },
      ),
    }),
  )
  .filter(({ cells }) => cells.some((cell) => cell !== null));

type Given = typeof scores extends fc.Arbitrary<infer T> ? T : never;

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

function records({ models, benchmarks, cells }: Given) {
  return models.flatMap((model, i) =>
    benchmarks.map((benchmark, j) => ({ model, benchmark, score: cells[i * benchmarks.length + j] ?? null })),
  );
}

const WRITE: Readonly<Record<string, { type: string; write: (given: Given) => string }>> = {
  "wide CSV": {
    type: CSV,
    write: ({ models, benchmarks, cells }) =>
      [
        ["model", ...benchmarks.map(quoted)].join(","),
        ...models.map((model, i) =>
          [quoted(model), ...benchmarks.map((_, j) => cells[i * benchmarks.length + j] ?? "")].join(","),
        ),
      ].join("\n"),
  },
  "tidy CSV": {
    type: CSV,
    write: (given) =>
      `model;benchmark;score\r\n${records(given)
        .map(({ model, benchmark, score }) => `${quoted(model)};${quoted(benchmark)};${score ?? ""}`)
        .join("\r\n")}`,
  },
  JSON: { type: JSON_TYPE, write: (given) => JSON.stringify({ scores: records(given) }) },
  NDJSON: {
    type: NDJSON,
    write: (given) =>
      records(given)
        .map((record) => JSON.stringify(record))
        .join("\n"),
  },
};

test.each(Object.keys(WRITE))("any matrix written as %s reads back equal", (format) => {
  const { type, write } = WRITE[format] as (typeof WRITE)[string];
  fc.assert(
    fc.property(scores, (given) => {
      const expected = Object.fromEntries(
        given.models.flatMap((model) => {
          const row = records(given).filter((record) => record.model === model && record.score !== null);
          return row.length === 0
            ? []
            : [[model, Object.fromEntries(row.map(({ benchmark, score }) => [benchmark, score]))]];
        }),
      );
      expect(table(postText(write(given), type).matrix)).toEqual(expected);
    }),
    { numRuns: 150 },
  );
});

const SEEDS: [type: string, text: string][] = [
  [
    CSV,
    'model,type,Size (B),release date,mmlu,"a,b"\nA,chat,7,2024-01-02,77%,0.5±0.1\nB,base,13B,Jan 3 2024,-,\n',
  ],
  [CSV, "model;benchmark;score;stderr\nA;m;0,5;0,1\nB;m;0.7;\n"],
  [
    JSON_TYPE,
    '{"title":"t","models":[{"model":"a","class":"c","interventions":[{"method":"r","dose":1}]}],"benchmarks":[{"benchmark":"x","kind":"safety","min":0,"max":1}],"scores":[{"model":"a","benchmark":"x","score":-1.5e-3,"standardError":null}]}',
  ],
  [NDJSON, '{"type":"model","model":"a"}\n{"model":"a","benchmark":"x","score":1}\n'],
];

test("random mutations of bytes are accepted or refused, and nothing else ever happens", () => {
  const mutation = fc.record({
    seed: fc.constantFrom(...SEEDS),
    edits: fc.array(
      fc.record({
        at: fc.nat(400),
        drop: fc.nat(6),
        put: fc.oneof(
          fc.uint8Array({ maxLength: 4 }),
          fc
            .constantFrom(
              '"',
              "\r",
              ",",
              ";",
              "%",
              "±",
              "NaN",
              "{",
              "[",
              "]",
              "\\u",
              "1e999",
              "model",
              "\n",
              "\u0000",
            )
            .map((text) => new TextEncoder().encode(text)),
        ),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  });
  fc.assert(
    fc.property(mutation, ({ seed: [type, text], edits }) => {
      let bytes: Uint8Array = new TextEncoder().encode(text);
      for (const { at, drop, put } of edits)
        bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + drop)]);
      try {
        const { matrix } = postText(bytes, type);
        expect(matrix.scores.length).toBe(matrix.models.length * matrix.benchmarks.length);
      } catch (error) {
        expect(error).toBeInstanceOf(DomainError);
        expect((error as DomainError).code).not.toBe("internal");
        expect(JSON.stringify((error as DomainError).problems).length).toBeLessThan(65_536);
      }
    }),
    { numRuns: 4_000 },
  );
});
