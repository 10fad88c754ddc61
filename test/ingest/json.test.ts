import { expect, test } from "vitest";
import { canonicalScore } from "../../src/ingest/canonical.js";
import { parseJson } from "../../src/ingest/parse-json.js";
import { body, codes, JSON_TYPE, NDJSON, post, postJson, postText, refusal, table } from "./post.js";

const score = (model: unknown, benchmark: unknown, value: unknown) => ({ model, benchmark, score: value });

test("the canonical body becomes a matrix with everything that it declares", () => {
  const { matrix, warnings } = postJson({
    title: "T",
    source: { url: "https://example.org", licence: "MIT" },
    models: [
      {
        model: "a-hf",
        name: "A",
        class: "chat",
        parameters: 7e9,
        releasedOn: "2023-07-18",
        parent: "a",
        interventions: [{ method: "rlhf" }],
      },
      { model: "a", class: "base" },
    ],
    benchmarks: [
      {
        benchmark: "mmlu",
        kind: "capability",
        direction: "higher",
        chance: 0.25,
        min: 0,
        max: 1,
        items: 14042,
      },
    ],
    scores: [{ ...score("a-hf", "mmlu", 0.4624), standardError: 0.004 }, score("a", "mmlu", -0)],
  });
  expect(matrix).toEqual({
    description: {
      title: "T",
      description: null,
      source: { url: "https://example.org", citation: null, licence: "MIT" },
    },
    models: [
      {
        model: "a-hf",
        name: "A",
        class: "chat",
        family: null,
        parameters: 7e9,
        trainingTokens: null,
        trainingFlop: null,
        releasedOn: "2023-07-18",
        parent: "a",
        interventions: [{ method: "rlhf", dose: null }],
      },
      {
        model: "a",
        name: null,
        class: "base",
        family: null,
        parameters: null,
        trainingTokens: null,
        trainingFlop: null,
        releasedOn: null,
        parent: null,
        interventions: null,
      },
    ],
    benchmarks: [
      {
        benchmark: "mmlu",
        name: null,
        kind: "capability",
        area: null,
        metric: null,
        direction: "higher",
        chance: 0.25,
        min: 0,
        max: 1,
        items: 14042,
      },
    ],
    scores: Float64Array.of(0.4624, 0),
    standardErrors: Float64Array.of(0.004, Number.NaN),
  });
  expect(warnings).toEqual([]);
});

test("a null score is missing, and a model with no other is left out unless it is declared", () => {
  const scores = [score("a", "x", 1), score("b", "x", null), score("c", "x", 2)];
  const inferred = postJson({ scores });
  expect(table(inferred.matrix)).toEqual({ a: { x: 1 }, c: { x: 2 } });
  expect(codes(inferred.warnings)).toEqual(["emptyRow"]);
  const declared = postJson({ models: [{ model: "c" }, { model: "b" }, { model: "a" }], scores });
  expect(Object.keys(table(declared.matrix))).toEqual(["c", "b", "a"]);
});

test("names that are properties of objects are names", () => {
  const text =
    '{"scores":[{"model":"__proto__","benchmark":"constructor","score":1},{"model":"toString","benchmark":"constructor","score":2}]}';
  expect(postText(text, JSON_TYPE).matrix.models.map(({ model }) => model)).toEqual([
    "__proto__",
    "toString",
  ]);
});

const REFUSED: [claim: string, text: string, code: string, ...problems: object[]][] = [
  [
    "an unknown field",
    '{"scores":[{"model":"a","benchmark":"x","score":1,"sore":2}],"modles":[]}',
    "invalidScores",
    { pointer: "/modles" },
    { pointer: "/scores/0/sore" },
  ],
  [
    "a pointer with ~ and /",
    '{"models":[{"model":"a","b/c~d":1}],"scores":[]}',
    "invalidScores",
    { pointer: "/models/0/b~1c~0d" },
  ],
  [
    "__proto__ as a field",
    '{"models":[{"model":"a","__proto__":{"class":"x"}}],"scores":[]}',
    "invalidScores",
    { pointer: "/models/0/__proto__" },
  ],
  [
    "a number as text",
    '{"scores":[{"model":"a","benchmark":"x","score":"0.5"}]}',
    "invalidScores",
    { pointer: "/scores/0/score", message: 'expected a number, received the text "0.5"' },
  ],
  [
    "a number beyond doubles",
    '{"scores":[{"model":"a","benchmark":"x","score":1e999}]}',
    "invalidScores",
    { pointer: "/scores/0/score" },
  ],
  [
    "a metadata number beyond doubles",
    '{"models":[{"model":"a","parameters":1e999}],"scores":[]}',
    "invalidScores",
    { pointer: "/models/0/parameters" },
  ],
  [
    "a missing score",
    '{"scores":[{"model":"a","benchmark":"x"}]}',
    "invalidScores",
    { pointer: "/scores/0/score" },
  ],
  [
    "names that cannot be names",
    '{"scores":[{"model":"","benchmark":"\\ud800","score":1}]}',
    "invalidScores",
    { pointer: "/scores/0/model" },
    { pointer: "/scores/0/benchmark" },
  ],
  ["a body that is no object", "[]", "invalidScores", { pointer: "" }],
  ["a list that is none", '{"scores":{}}', "invalidScores", { pointer: "/scores" }],
  ["no scores", "{}", "invalidScores", { message: "The post holds no score." }],
  [
    "an undeclared model",
    '{"models":[{"model":"b"}],"scores":[{"model":"a","benchmark":"x","score":1}]}',
    "invalidScores",
    { pointer: "/scores/0", message: 'the model "a" is not among those that the post declares' },
  ],
  [
    "a day that does not exist",
    '{"models":[{"model":"a","releasedOn":"2023-02-29"}],"scores":[]}',
    "invalidScores",
    { pointer: "/models/0/releasedOn" },
  ],
  [
    "the class *",
    '{"models":[{"model":"a","class":"*"}],"scores":[]}',
    "invalidScores",
    { pointer: "/models/0/class" },
  ],
  [
    "a range upside down",
    '{"benchmarks":[{"benchmark":"x","min":1,"max":0}],"scores":[{"model":"a","benchmark":"x","score":1}]}',
    "invalidScores",
    { pointer: "/benchmarks/0" },
  ],
  [
    "a cell twice",
    '{"scores":[{"model":"a","benchmark":"x","score":1},{"model":"a","benchmark":"x","score":2}]}',
    "invalidScores",
    { pointer: "/scores/1" },
  ],
  [
    "a model declared twice",
    '{"models":[{"model":"a","family":"f"},{"model":"a","family":"g"}],"scores":[{"model":"a","benchmark":"x","score":1}]}',
    "invalidScores",
    { pointer: "/models/1" },
  ],
  [
    "a key twice",
    '{"title":"t",\n "scores":[{"model":"a","model":"b","benchmark":"x","score":1}]}',
    "invalidScores",
    { pointer: "/scores/0/model", line: 2, column: 25 },
  ],
  [
    "a key twice in another spelling",
    '{"title":"t","\\u0074itle":"u","scores":[]}',
    "invalidScores",
    { pointer: "/title" },
  ],
  [
    "bare NaN and Infinity",
    '{"scores":[{"model":"a","benchmark":"x",\n"score":NaN},{"score":-Infinity}]}',
    "unreadable",
    { pointer: "/scores/0/score", line: 2, column: 9 },
    { pointer: "/scores/1/score", line: 2, column: 23 },
  ],
  ["a trailing comma", '{"scores":[1,\n]}', "unreadable", { pointer: "/scores/1", line: 2, column: 1 }],
  ["a key without quotes", "{scores:[]}", "unreadable", { line: 1, column: 2 }],
  ["a missing colon", '{"scores" []}', "unreadable", { pointer: "/scores", line: 1, column: 11 }],
  ["an open string", '{"title":"abc', "unreadable", { pointer: "/title", line: 1, column: 10 }],
  ["a text that ends too early", '{"scores":[', "unreadable", { line: 1, column: 12 }],
  ["text after the end", "{} {}", "unreadable", { line: 1, column: 4 }],
  ["a raw line break in a string", '{"title":"a\nb"}', "unreadable", { line: 1, column: 12 }],
  ["leading zeros", '{"title":01}', "unreadable", { line: 1 }],
];

test.each(REFUSED)("%s is refused at its place", (_, text, code, ...problems) => {
  const found = refusal(() => postText(text, JSON_TYPE));
  expect(found.problems).toMatchObject(problems);
  expect(found.problems).toHaveLength(problems.length);
  expect(found.code).toBe(code);
});

test("JSON 200 000 levels deep is refused at the level where it is too deep", () => {
  const { code, problems } = refusal(() => postText("[".repeat(200_000), JSON_TYPE));
  expect(code).toBe("unreadable");
  expect(problems[0]).toMatchObject({
    line: 1,
    column: 65,
    message: expect.stringMatching(/deeper than 64/),
  });
});

test("a hundred thousand duplicate keys on one line are counted in a moment", () => {
  const { problems, more } = refusal(() => postText(`{${'"k":1,'.repeat(100_000)}"k":1}`, JSON_TYPE));
  expect(problems).toHaveLength(50);
  expect(more).toBeGreaterThan(99_000);
});

test("a million faulty records are refused without looking at all of them", () => {
  const { problems } = refusal(() => postText(`{"models":[${"0,".repeat(1_000_000)}0]}`, JSON_TYPE));
  expect(problems).toHaveLength(50);
});

test("a byte order mark is accepted, UTF-16 without one is refused", () => {
  const text = '{"scores":[{"model":"a","benchmark":"x","score":1}]}';
  expect(table(postText(`\uFEFF${text}`, JSON_TYPE).matrix)).toEqual({ a: { x: 1 } });
  expect(refusal(() => postText(Buffer.from(text, "utf16le"), JSON_TYPE)).code).toBe("unreadable");
});

test("the written-out check of a score agrees with its schema", () => {
  const values = [
    undefined,
    null,
    0,
    -0,
    1e308,
    Number.MAX_VALUE,
    "",
    " ",
    "a",
    "a".repeat(513),
    "\ud800",
    "a\u0000",
    true,
    [],
    {},
    -1,
  ];
  const fields = ["model", "benchmark", "score", "standardError", "other"];
  for (const field of fields) {
    for (const value of values) {
      const record = { ...score("m", "b", 1), [field]: value };
      const json = JSON.stringify({ scores: [score("n", "b", 1), record] });
      const bySchema = canonicalScore.safeParse(JSON.parse(JSON.stringify(record)));
      const refused = bySchema.success ? [] : bySchema.error.issues.map(({ path }) => path[0] ?? "other");
      const found = bySchema.success
        ? []
        : refusal(() => postText(json, JSON_TYPE)).problems.map(({ pointer }) => pointer?.split("/").at(-1));
      expect(found, json).toEqual(refused);
      if (bySchema.success) expect(() => postText(json, JSON_TYPE)).not.toThrow();
    }
  }
});

test("lines of NDJSON are scores, models or benchmarks", () => {
  const text =
    '{"type":"model","model":"a","class":"chat"}\n\n{"type":"benchmark","benchmark":"x","kind":"safety"}\r\n{"model":"a","benchmark":"x","score":1}\n{"type":"score","model":"a","benchmark":"x","score":1}';
  const { matrix } = postText(text, NDJSON);
  expect(matrix.models[0]?.class).toBe("chat");
  expect(matrix.benchmarks[0]?.kind).toBe("safety");
  expect(table(matrix)).toEqual({ a: { x: 1 } });
});

test("problems of NDJSON name their line", () => {
  const text =
    '{"model":"a","benchmark":"x","score":"1"}\n\n{"type":"modle"}\n{"type":"model","model":"b","size":1}\n';
  expect(refusal(() => postText(text, NDJSON)).problems).toMatchObject([
    { line: 1, pointer: "/score" },
    { line: 3, pointer: "/type" },
    { line: 4, pointer: "/size" },
  ]);
  expect(refusal(() => postText('{"model":"a"}\n{"score":NaN}\n', NDJSON))).toMatchObject({
    code: "unreadable",
    problems: [{ line: 2, column: 10 }],
  });
  expect(refusal(() => postText('{}\n{"a":\n', NDJSON))).toMatchObject({
    code: "unreadable",
    problems: [{ line: 2 }],
  });
});

test("a media type that no reader reads is refused with those that are accepted", () => {
  const found = refusal(() => post(body("x", "application/xml")));
  expect(found.code).toBe("unsupportedMediaType");
});

test("any route's JSON is parsed with every key once", () => {
  const parse = (text: string) => parseJson(new TextEncoder().encode(text));
  expect(parse(' {"a": [1, 2.5e-3, "\\u00e9", true, null]} ')).toEqual({ a: [1, 2.5e-3, "é", true, null] });
  expect(refusal(() => parse('{"a":1,"a":2}'))).toMatchObject({
    code: "invalid",
    problems: [{ pointer: "/a" }],
  });
});
