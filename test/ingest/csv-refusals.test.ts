import { expect, test } from "vitest";
import { type Options, postText, refusal } from "./post.js";

type Places = readonly { readonly line?: number; readonly column?: number; readonly message: RegExp }[];

/** What is refused, with the code and the place of every problem. */
const REFUSED: [claim: string, csv: string, code: string, problems: Places, options?: Options][] = [
  [
    "an open quote",
    'model,x\nA,1\n"B,2\nC,3\n',
    "unreadable",
    [{ line: 3, column: 1, message: /not closed/ }],
  ],
  ["a quote inside a cell", 'model,x\nA 7" B,1\n', "unreadable", [{ line: 2, column: 1, message: /quote/ }]],
  [
    "a word among numbers",
    "model,x\nA,1\nB,good\nC,∞\n",
    "invalidScores",
    [
      { line: 3, column: 2, message: /"good" in the column "x" is not a number/ },
      { line: 4, column: 2, message: /"∞"/ },
    ],
  ],
  ["infinity", "model,x\nA,1\nB,Infinity\n", "invalidScores", [{ line: 3, column: 2, message: /Infinity/ }]],
  [
    "a number beyond doubles",
    "model,x\nA,1\nB,1e999\n",
    "invalidScores",
    [{ line: 3, column: 2, message: /1e999/ }],
  ],
  [
    "several scores in one cell",
    "model,x\nA,1\nB,choice:0.85±0.02\n",
    "invalidScores",
    [{ line: 3, column: 2, message: /choice/ }],
  ],
  [
    "grouped thousands as a score",
    'model,x\nA,1\nB,"1,293"\n',
    "invalidScores",
    [{ line: 3, column: 2, message: /1,293/ }],
  ],
  [
    "a cell below a cell of two lines",
    'model,x\n"A\nA",1\nB,good\n',
    "invalidScores",
    [{ line: 4, column: 2, message: /good/ }],
  ],
  [
    "% on some numbers",
    "model,x\nA,77%\nB,0.5\n",
    "mixedUnits",
    [{ line: 3, column: 2, message: /1 of 2 numbers of "x" carry %/ }],
  ],
  [
    "% on some scores of a tidy benchmark",
    "model,benchmark,score\nA,m,77%\nB,m,0.5\nA,n,3\n",
    "mixedUnits",
    [{ line: 3, column: 3, message: /"m" carry %/ }],
  ],
  ["a short row", "model,x,y\nA,1\n", "invalidScores", [{ line: 2, message: /2 cells, the header 3/ }]],
  ["a long row", "model,x\nA,1,2\n", "invalidScores", [{ line: 2, message: /3 cells, the header 2/ }]],
  [
    "a header twice",
    "model,x,x\nA,1,2\n",
    "invalidScores",
    [{ line: 1, column: 3, message: /also that of column 2/ }],
  ],
  [
    "scores below no header",
    "model,,x\nA,0.5,1\n",
    "invalidScores",
    [{ line: 1, column: 2, message: /has no header/ }],
  ],
  [
    "a title above the header",
    "Results of March\nmodel,x\nA,1\n",
    "invalidScores",
    [{ line: 1, message: /title/ }],
  ],
  ["no header", "A,0.5,0.6\nB,0.7,0.8\n", "invalidScores", [{ line: 1, message: /must name the columns/ }]],
  [
    "a transposed table",
    "benchmark,model A,model B\nmmlu,0.5,0.6\n",
    "invalidScores",
    [{ line: 1, message: /transpose/ }],
  ],
  ["one column", "model\nA\n", "invalidScores", [{ line: 1, message: /needs a header/ }]],
  ["no row", "model,x\n", "invalidScores", [{ line: 1, message: /no rows/ }]],
  [
    "no number anywhere",
    "model,x\nA,good\n",
    "invalidScores",
    [{ line: 1, message: /no column holds numbers/ }],
  ],
  ["no model names", "x,y\n1,2\n", "invalidScores", [{ line: 1, message: /no column holds model names/ }]],
  [
    "mostly unnamed rows",
    "model,x\n,1\n,2\nA,3\n",
    "invalidScores",
    [{ line: 1, column: 1, message: /2 of 3 rows/ }],
  ],
  [
    "a cell twice with different values",
    "model,x\nA,1\nB,1\nA,2\n",
    "invalidScores",
    [{ line: 4, column: 2, message: /as 2, after 1 at line 2/ }],
  ],
  [
    "a model's metadata twice with different values",
    "model,family,x\nA,f,1\nA,g,\n",
    "invalidScores",
    [{ line: 3, message: /family of "A"/ }],
  ],
  [
    "a date of either order",
    "model,release date,x\nA,03/04/2024,1\n",
    "invalidScores",
    [{ line: 2, column: 2, message: /day first or month first/ }],
  ],
  [
    "a day that does not exist",
    "model,release date,x\nA,2023-02-29,1\n",
    "invalidScores",
    [{ line: 2, column: 2, message: /does not exist/ }],
  ],
  [
    "a count that is a word",
    "model,Params (B),x\nA,seven,1\n",
    "invalidScores",
    [{ line: 2, column: 2, message: /"seven" is not a count/ }],
  ],
  [
    "no parameters at all",
    "model,Params (B),x\nA,0,1\n",
    "invalidScores",
    [{ line: 2, column: 2, message: /parameters/ }],
  ],
  ["the class *", "model,class,x\nA,*,1\n", "invalidScores", [{ line: 2, column: 2, message: /reserved/ }]],
  [
    "a name of 10 KB",
    `model,x\n${"a".repeat(10_000)},1\n`,
    "invalidScores",
    [{ line: 2, column: 1, message: /10000 characters/ }],
  ],
  ["a name with NUL", "model,x\nA\u0000,1\n", "invalidScores", [{ line: 2, column: 1, message: /U\+0000/ }]],
  [
    "a layout that the headers do not have",
    "model,x\nA,1\n",
    "invalidScores",
    [{ line: 1, message: /layout=tidy/ }],
    { layout: "tidy" },
  ],
];

test.each(REFUSED)("%s is refused at its place", (_, csv, code, expected, options) => {
  const { code: found, problems } = refusal(() => postText(csv, "text/csv", options));
  expect(problems.map(({ line, column, message }) => ({ line, column, message }))).toEqual(
    expected.map(({ line, column, message }) => ({
      line,
      column: column ?? undefined,
      message: expect.stringMatching(message),
    })),
  );
  expect(found).toBe(code);
});

test("an empty body, bytes that are no text and an unknown charset are unreadable", () => {
  expect(refusal(() => postText("")).code).toBe("unreadable");
  const latin1 = Buffer.concat([Buffer.from("model,x\nA,1\n"), Buffer.from([0xe4]), Buffer.from(",2\n")]);
  expect(refusal(() => postText(latin1))).toMatchObject({ code: "unreadable", problems: [{ line: 3 }] });
  expect(refusal(() => postText(Buffer.from("model,x\n", "utf16le"))).problems[0]?.message).toMatch(/UTF-16/);
});

test("a matrix of too many cells is refused before it is built", () => {
  const wide = `model,${Array.from({ length: 2_000 }, (_, i) => `b${i}`).join(",")}\nA${",1".repeat(2_000)}\n`;
  expect(refusal(() => postText(wide, "text/csv", { maxCells: 1_999 })).code).toBe("invalid");
  const tidy = `model,benchmark,score\n${Array.from({ length: 100 }, (_, i) => `m${i},b${i},1`).join("\n")}`;
  expect(refusal(() => postText(tidy, "text/csv", { maxCells: 9_999 })).code).toBe("invalid");
});

test("of a thousand problems the first fifty are located and the rest counted", () => {
  const csv = `model,x\nA,1\n${Array.from({ length: 1_000 }, (_, i) => `m${i},${"bad ".repeat(100)}`).join("\n")}\n`;
  const { problems, more } = refusal(() => postText(csv));
  expect(problems).toHaveLength(50);
  expect(more).toBe(950);
  expect(JSON.stringify(problems).length).toBeLessThan(16_384);
});

test("warnings stay small whatever was posted", () => {
  const headers = Array.from({ length: 5_000 }, (_, i) => `${"long ".repeat(60)}${i}`);
  const { warnings } = postText(`model,x,${headers.join(",")}\nA,1${",word".repeat(5_000)}\n`);
  expect(warnings.find(({ code }) => code === "columnSetAside")).toMatchObject({ count: 5_000 });
  expect(JSON.stringify(warnings).length).toBeLessThan(8_192);
});
