import { expect, test } from "vitest";
import type { PostedPart } from "../../src/ingest/read-posting.js";
import { codes, post, refusal, table } from "./post.js";

const part = (name: string, content: string, filename?: string, mediaType = "text/csv"): PostedPart => ({
  name,
  mediaType,
  bytes: new TextEncoder().encode(content),
  ...(filename === undefined ? {} : { filename }),
});

test("side files declare what a table of scores leaves open", () => {
  const { matrix, warnings } = post({
    parts: [
      part("scores", "model,mmlu,bias\nA,0.5,0.25\nB,0.75,0.5\n"),
      part("models", "model,class,Params (B),released\nB,chat,7,2024-01-02\nA,base,,\nC,base,,\n"),
      part(
        "benchmarks",
        "benchmark,kind,direction,min,max,area\nmmlu,Capability,higher,0,1,knowledge\nbias,safety,lower,0,,\ngone,other,higher,,,\n",
      ),
    ],
  });
  expect(
    matrix.models.map(({ model, class: name, parameters, releasedOn }) => [
      model,
      name,
      parameters,
      releasedOn,
    ]),
  ).toEqual([
    ["B", "chat", 7e9, "2024-01-02"],
    ["A", "base", null, null],
    ["C", "base", null, null],
  ]);
  expect(matrix.benchmarks).toMatchObject([
    { benchmark: "mmlu", kind: "capability", max: 1, area: "knowledge" },
    { benchmark: "bias", kind: "safety", direction: "lower", max: null },
    { benchmark: "gone" },
  ]);
  expect(codes(warnings)).toEqual(["emptyRow", "emptyColumn"]);
});

test("a score of a model that the side file does not list is refused in its part", () => {
  const parts = [part("scores", "model,x\nA,1\nB,2\n", "s.csv"), part("models", "model,class\nA,base\n")];
  expect(refusal(() => post({ parts })).problems).toMatchObject([{ part: "s.csv", line: 3, column: 2 }]);
});

test("any number of files are read as one, each by its extension or type", () => {
  const { matrix } = post({
    parts: [
      part("files", "model,x\nA,1\n", "one.csv", "application/vnd.ms-excel"),
      part("files", "model,benchmark,score\nB,y,2\nA,x,1\n", "two.csv", ""),
      part(
        "files",
        '{"scores":[{"model":"C","benchmark":"x","score":3,"standardError":1}]}',
        undefined,
        "application/json",
      ),
      part("files", '{"model":"A","benchmark":"z","score":4}', "three.jsonl", "text/plain"),
    ],
  });
  expect(table(matrix)).toEqual({ A: { x: 1, z: 4 }, B: { y: 2 }, C: { x: 3 } });
  expect(matrix.standardErrors?.filter((error) => !Number.isNaN(error))).toEqual(Float64Array.of(1));
});

test("a cell in two files with different values is refused, and the problems of every file are listed", () => {
  const twice = [part("files", "model,x\nA,1\n", "one.csv"), part("files", "model,x\nA,2\n", "two.csv")];
  expect(refusal(() => post({ parts: twice })).problems).toMatchObject([{ part: "two.csv", line: 2 }]);
  const faulty = [
    part("files", "model,x\nA,1\nB,b\n", "one.csv"),
    part("files", "model,x\nA,1\nB,c\n", "two.csv"),
    part("else", ""),
  ];
  expect(refusal(() => post({ parts: faulty })).problems).toMatchObject([
    { part: "one.csv", line: 3 },
    { part: "two.csv", line: 3 },
    { part: "else" },
  ]);
});

test("a file of no known kind is refused", () => {
  expect(refusal(() => post({ parts: [part("files", "x", "notes.pdf", "application/pdf")] })).code).toBe(
    "unsupportedMediaType",
  );
  expect(refusal(() => post({ parts: [] })).code).toBe("invalidScores");
});
