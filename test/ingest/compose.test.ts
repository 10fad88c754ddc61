import { expect, test } from "vitest";
import { codes, postJson, postText, refusal, table } from "./post.js";

const CSV = "model,mmlu,bias\nA,0.5,0.25\nB,0.75,0.5\n";
const base = () =>
  postJson({
    title: "T",
    models: [{ model: "A", class: "base", family: "f" }, { model: "B" }],
    benchmarks: [{ benchmark: "x", kind: "capability", min: 0, max: 1 }, { benchmark: "y" }],
    scores: [
      { model: "A", benchmark: "x", score: 0.5, standardError: 0.1 },
      { model: "B", benchmark: "y", score: 0.25 },
    ],
  }).matrix;

test("the query fills what the body leaves open, and no more", () => {
  const { matrix } = postText("model,class,mmlu,bias\nA,base,0.5,0.25\nB,,0.75,0.5\n", "text/csv", {
    class: "chat",
    family: "f",
    capability: ["mmlu"],
    safety: ["bias"],
  });
  expect(matrix.models.map((model) => [model.class, model.family])).toEqual([
    ["base", "f"],
    ["chat", "f"],
  ]);
  expect(matrix.benchmarks.map(({ kind }) => kind)).toEqual(["capability", "safety"]);
});

test("what nobody declares is of class all and kind other, which the reply says once", () => {
  const { matrix, warnings } = postText(CSV);
  expect(matrix.models[0]?.class).toBe("all");
  expect(matrix.benchmarks[0]?.kind).toBe("other");
  expect(warnings).toMatchObject([
    { code: "kindUnknown", names: ["mmlu", "bias"], count: 2 },
    { code: "directionUnknown", names: ["mmlu", "bias"], count: 2 },
  ]);
});

test("a query that contradicts the body, itself or the names is refused", () => {
  const declared = {
    benchmarks: [{ benchmark: "x", kind: "safety" }],
    scores: [{ model: "A", benchmark: "x", score: 1 }],
  };
  expect(refusal(() => postJson(declared, { capability: ["x"] })).problems).toMatchObject([
    { parameter: "capability" },
  ]);
  expect(
    refusal(() => postText(CSV, "text/csv", { capability: ["mmlu"], safety: ["mmlu"] })).problems,
  ).toMatchObject([{ parameter: "safety" }]);
  expect(refusal(() => postText(CSV, "text/csv", { class: "*" })).problems).toMatchObject([
    { parameter: "class" },
  ]);
  expect(refusal(() => postText(CSV, "text/csv", { capability: ["MMLUU"] }))).toEqual({
    code: "unknownName",
    problems: [
      { parameter: "capability", message: 'there is no benchmark "MMLUU"; nearest: "mmlu", "bias"' },
    ],
    more: 0,
  });
});

test("a merge adds and overwrites cells and metadata, and keeps the rest", () => {
  const { matrix } = postJson(
    {
      description: "D",
      models: [
        { model: "C", class: "chat" },
        { model: "A", family: "g" },
      ],
      scores: [
        { model: "A", benchmark: "x", score: 0.75 },
        { model: "C", benchmark: "z", score: 1 },
        { model: "B", benchmark: "x", score: 0 },
      ],
    },
    { latest: base(), capability: ["y"], class: "new" },
  );
  expect(matrix.description).toEqual({ title: "T", description: "D", source: null });
  expect(matrix.models.map(({ model, class: name, family }) => [model, name, family])).toEqual([
    ["A", "base", "g"],
    ["B", "all", null],
    ["C", "chat", null],
  ]);
  expect(matrix.benchmarks.map(({ benchmark, kind, max }) => [benchmark, kind, max])).toEqual([
    ["x", "capability", 1],
    ["y", "capability", null],
    ["z", "other", null],
  ]);
  expect(table(matrix)).toEqual({ A: { x: 0.75 }, B: { x: 0, y: 0.25 }, C: { z: 1 } });
  expect(matrix.standardErrors).toBeNull();
});

test("a merge may say only metadata, and null takes a field back", () => {
  const { matrix } = postJson({ models: [{ model: "A", family: null }] }, { latest: base() });
  expect(matrix.models[0]).toMatchObject({ class: "base", family: null });
  expect(matrix.scores).toEqual(base().scores);
  expect(matrix.standardErrors).toEqual(base().standardErrors);
});

test("in a merge a query must not turn a declared kind into another", () => {
  expect(refusal(() => postJson({}, { latest: base(), safety: ["x"] })).problems).toMatchObject([
    { parameter: "safety" },
  ]);
});

test("scores outside their range, unknown parents and declared names without scores are warned of", () => {
  const { warnings } = postJson({
    models: [{ model: "A", parent: "Z" }, { model: "B" }],
    benchmarks: [
      { benchmark: "x", kind: "other", direction: "lower", max: 1 },
      { benchmark: "y", kind: "other", direction: "higher" },
    ],
    scores: [{ model: "A", benchmark: "x", score: 1.5 }],
  });
  expect(codes(warnings)).toEqual(["unknownParent", "emptyRow", "outsideRange", "emptyColumn"]);
});

test("the mean of duplicates has no standard error, the greatest has its own", () => {
  const twice = {
    scores: [1, 3].map((score) => ({ model: "A", benchmark: "x", score, standardError: score / 10 })),
  };
  expect(postJson(twice, { duplicates: "mean" }).matrix).toMatchObject({
    scores: Float64Array.of(2),
    standardErrors: null,
  });
  expect(postJson(twice, { duplicates: "max" }).matrix).toMatchObject({
    standardErrors: Float64Array.of(3 / 10),
  });
});
