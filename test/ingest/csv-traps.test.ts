import { expect, test } from "vitest";
import { codes, type Options, postText, table } from "./post.js";

/** Traps of published tables that are read, each with what it is read as and what the reply says about it. */
const READ: [claim: string, csv: string, expected: object, warnings: string[], options?: Options][] = [
  [
    "a wide table",
    "model,mmlu,arc\nA,0.5,0.25\nB,0.75,\n",
    { A: { mmlu: 0.5, arc: 0.25 }, B: { mmlu: 0.75 } },
    [],
  ],
  ["a tidy table", "model,benchmark,score\nA,mmlu,0.5\nB,arc,1\n", { A: { mmlu: 0.5 }, B: { arc: 1 } }, []],
  ["task and value as tidy headers", "task,value,model\nmmlu,0.5,A\n", { A: { mmlu: 0.5 } }, []],
  [
    "a tidy table forced wide",
    "model,task,score\nA,mmlu,0.5\n",
    { A: { score: 0.5 } },
    ["columnSetAside"],
    { layout: "wide" },
  ],
  ["a byte order mark", "\uFEFFmodel,x\nA,1\n", { A: { x: 1 } }, []],
  ["Windows line ends", "model,x\r\nA,1\r\n", { A: { x: 1 } }, []],
  ["line ends of CR only", "model,x\rA,1\rB,2", { A: { x: 1 }, B: { x: 2 } }, []],
  ["mixed line ends", "model,x\r\nA,1\nB,2\n", { A: { x: 1 }, B: { x: 2 } }, []],
  ["semicolons with decimal commas", "model;x;y\nA;0,5;1\n", { A: { x: 0.5, y: 1 } }, ["decimalCommas"]],
  ["tabs", "model\tx\nA\t1.5\n", { A: { x: 1.5 } }, []],
  [
    "an empty last cell between tabs",
    "model\tx\ty\nA\t1.5\t\nB\t\t2\nC\t1\t\n",
    { A: { x: 1.5 }, B: { y: 2 }, C: { x: 1 } },
    [],
  ],
  ["bars", "model|x\nA|1.5\n", { A: { x: 1.5 } }, []],
  ["commas inside quoted headers", 'model,"gsm8k,strict"\nA,1\n', { A: { "gsm8k,strict": 1 } }, []],
  [
    "headers with Σ, *, a newline and Japanese",
    'model,power.Σ,"a\nb",*,日本語\nA,1,2,3,4\n',
    { A: { "power.Σ": 1, "a\nb": 2, "*": 3, 日本語: 4 } },
    [],
  ],
  ["model names with /, :, @ and spaces", "model,x\norg/a b:1@high,1\n", { "org/a b:1@high": { x: 1 } }, []],
  [
    "names that are properties of objects",
    "model,__proto__,constructor\ntoString,1,2\n",
    { toString: { ["__proto__"]: 1, constructor: 2 } },
    [],
  ],
  ["a formula as a name", "model,x\n=cmd(),1\n", { "=cmd()": { x: 1 } }, []],
  ["empty cells and rows at the end", "model,x,,\nA,1,,,,\n\n,,\n", { A: { x: 1 } }, []],
  ["blank lines above the header", "\n\nmodel,x\nA,1\n", { A: { x: 1 } }, []],
  [
    "percentages in a whole column",
    "model,x,y\nA,77.1%,1\nB,1.8 %,2\n",
    { A: { x: 0.771, y: 1 }, B: { x: 0.018, y: 2 } },
    ["percentConverted"],
  ],
  [
    "percentages in a part of a column where asked",
    "model,x\nA,77%\nB,0.5\n",
    { A: { x: 0.77 }, B: { x: 0.5 } },
    ["percentConverted"],
    { percent: "convert" },
  ],
  [
    "words for a missing score",
    "model,x,y\nA,-,1\nB,N/A,–\nC,nan,null\nD,2,\n",
    { A: { y: 1 }, D: { x: 2 } },
    ["missingSpelling", "emptyRow"],
  ],
  [
    "a standard error after ±",
    "model,x\nA,0.85±0.02\nB,0.5 +/- 0.1\n",
    { A: { x: 0.85 }, B: { x: 0.5 } },
    ["standardErrorRead"],
  ],
  ["minus zero", "model,x,y\nA,-0,1\nB,0.5,2\n", { A: { x: 0, y: 1 }, B: { x: 0.5, y: 2 } }, []],
  [
    "the smallest and a huge number",
    "model,x\nA,5e-324\nB,1e308\nC,-1E308\n",
    { A: { x: 5e-324 }, B: { x: 1e308 }, C: { x: -1e308 } },
    [],
  ],
  [
    "metadata, rank, likes and an unnamed index",
    ",rank,model,Model Size (B),likes,type,mmlu\n0,1,A,7,12,chat,0.5\n1,2,B,13,9,base,0.6\n",
    { A: { mmlu: 0.5 }, B: { mmlu: 0.6 } },
    ["columnSetAside"],
  ],
  [
    "an index that is the model names",
    ",mmlu\nA,0.5\nB,0.6\n",
    { A: { mmlu: 0.5 }, B: { mmlu: 0.6 } },
    ["modelColumnAssumed"],
  ],
  ["a first column with another name", "system,mmlu\nA,0.5\n", { A: { mmlu: 0.5 } }, ["modelColumnAssumed"]],
  [
    "an id before the model version",
    "id,Model version,Score\nrec1,a_high,77%\n",
    { a_high: { Score: 0.77 } },
    ["columnSetAside", "percentConverted"],
  ],
  ["columns without a number", "model,notes,mmlu\nA,good,0.5\n", { A: { mmlu: 0.5 } }, ["columnSetAside"]],
  [
    "links around names",
    'model,x\n"<a href=""https://h.co/o/A"" style=""x"">o/A</a>",1\n[B](https://h.co/B),2\n',
    { "o/A": { x: 1 }, B: { x: 2 } },
    ["markupRemoved"],
  ],
  [
    "a name in brackets that is no link",
    "model,x\n<script>,1\n[B],2\n",
    { "<script>": { x: 1 }, "[B]": { x: 2 } },
    [],
  ],
  ["rows without a model name", "model,x\nA,1\n,2\nB,3\n", { A: { x: 1 }, B: { x: 3 } }, ["rowSetAside"]],
  [
    "columns and rows without a score",
    "model,x,y\nA,1,\nB,,\n",
    { A: { x: 1 } },
    ["emptyRow", "emptyColumn"],
  ],
  [
    "a declared row without a score",
    "model,class,x\nA,base,1\nB,base,\n",
    { A: { x: 1 }, B: {} },
    ["emptyRow"],
  ],
  ["an equal row twice", "model,x\nA,1\nA,1\n", { A: { x: 1 } }, ["duplicatesCollapsed"]],
  [
    "a model twice, the first wins",
    "model,x\nA,1\nA,3\n",
    { A: { x: 1 } },
    ["duplicatesResolved"],
    { duplicates: "first" },
  ],
  [
    "a model twice, the last wins",
    "model,x\nA,1\nA,3\n",
    { A: { x: 3 } },
    ["duplicatesResolved"],
    { duplicates: "last" },
  ],
  [
    "a model twice, the mean",
    "model,x\nA,1\nA,3\nA,3.5\n",
    { A: { x: 2.5 } },
    ["duplicatesResolved"],
    { duplicates: "mean" },
  ],
  [
    "a model twice, the greatest",
    "model,x\nA,1\nA,3\nA,2\n",
    { A: { x: 3 } },
    ["duplicatesResolved"],
    { duplicates: "max" },
  ],
  [
    "metadata twice, where asked",
    "model,family,x\nA,f,1\nA,g,\n",
    { A: { x: 1 } },
    ["duplicateMetadata"],
    { duplicates: "first" },
  ],
  [
    "pseudo-models",
    "model,x\nA,1\nRow_Avg,2\nRandom,0.2\n",
    { A: { x: 1 }, Row_Avg: { x: 2 }, Random: { x: 0.2 } },
    ["pseudoModel"],
  ],
  [
    "an aggregate beside its parts",
    "model,all,x,y\nA,0.5,0.4,0.6\nB,0.4,0.1,0.7\nC,0.25,0.2,0.3\n",
    { A: { all: 0.5, x: 0.4, y: 0.6 }, B: { all: 0.4, x: 0.1, y: 0.7 }, C: { all: 0.25, x: 0.2, y: 0.3 } },
    ["aggregateColumn"],
  ],
  [
    "0.0 for a missing score",
    "model,x\nA,0.0\nB,40\nC,50\nD,60\n",
    { A: { x: 0 }, B: { x: 40 }, C: { x: 50 }, D: { x: 60 } },
    ["possibleSentinel"],
  ],
  [
    "a column that is -1 throughout",
    "model,x,y\nA,-1,1\nB,-1,2\n",
    { A: { x: -1, y: 1 }, B: { x: -1, y: 2 } },
    ["possibleSentinel"],
  ],
  [
    "a benchmark in two units",
    "model,benchmark,score\nA,m,0.5\nB,m,0.6\nC,m,70\nD,m,80\n",
    { A: { m: 0.5 }, B: { m: 0.6 }, C: { m: 70 }, D: { m: 80 } },
    ["suspectedMixedUnits"],
  ],
  [
    "parameters without a unit",
    "model,Parameters,x\nA,7,1\nB,13,2\n",
    { A: { x: 1 }, B: { x: 2 } },
    ["unitUnknown"],
  ],
  [
    "a benchmark that sounds like metadata",
    "model,GPU hours,x\nA,7,1\n",
    { A: { "GPU hours": 7, x: 1 } },
    ["suspectedMetadata"],
  ],
];

test.each(READ)("%s is read", (_, csv, expected, warnings, options) => {
  const { matrix, warnings: found } = postText(csv, "text/csv", options);
  expect(table(matrix)).toEqual(expected);
  expect(codes(found).sort()).toEqual([...warnings].sort());
});

test("metadata columns become fields of the model, in the units of their headers", () => {
  const csv =
    "Model,type,Model Family,Model Size (B),Pretraining Data Size (T),FLOPs (1E21),Release Date,parent,display name,x\n" +
    "A,chat,Llama,6.7,2.0,40.2,31 January 2024,B,Aha,1\nB,base,Llama,131.597B,1.5T,,2024/1/5,,,2\n";
  const { matrix } = postText(csv);
  expect(matrix.models).toEqual([
    {
      model: "A",
      name: "Aha",
      class: "chat",
      family: "Llama",
      parameters: 6.7e9,
      trainingTokens: 2e12,
      trainingFlop: 4.02e22,
      releasedOn: "2024-01-31",
      parent: "B",
      interventions: null,
    },
    {
      model: "B",
      name: null,
      class: "base",
      family: "Llama",
      parameters: 131.597e9,
      trainingTokens: 1.5e12,
      trainingFlop: null,
      releasedOn: "2024-01-05",
      parent: null,
      interventions: null,
    },
  ]);
});

test("a column of standard errors stands beside the benchmark that its header names", () => {
  const { matrix } = postText("model,x,x_stderr,y stderr\nA,0.5,0.01,3\nB,0.6,,4\n");
  expect(matrix.benchmarks.map(({ benchmark }) => benchmark)).toEqual(["x"]);
  expect(matrix.standardErrors).toEqual(Float64Array.of(0.01, Number.NaN));
});

test("a standard error in percent has the unit of its score", () => {
  const { matrix } = postText("model,benchmark,score,stderr\nA,m,50%,2%\nB,m,60%,3\n");
  expect(matrix.scores).toEqual(Float64Array.of(0.5, 0.6));
  expect(matrix.standardErrors).toEqual(Float64Array.of(0.02, 0.03));
});

test("rows and columns keep the order of the table", () => {
  const { matrix } = postText("model,b,a,c\nZ,,1,\nA,1,,\nM,,,1\n");
  expect(matrix.models.map(({ model }) => model)).toEqual(["Z", "A", "M"]);
  expect(matrix.benchmarks.map(({ benchmark }) => benchmark)).toEqual(["b", "a", "c"]);
});

test("text in UTF-16 is read where a byte order mark says so, and in the charset of the media type", () => {
  const utf16 = Buffer.from("\uFEFFmodel\tx\nÄ\t1\n", "utf16le");
  expect(table(postText(utf16).matrix)).toEqual({ Ä: { x: 1 } });
});
