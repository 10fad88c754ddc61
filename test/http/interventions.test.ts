import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Service } from "./service.js";

/** The edge table of what may be posted: every row is answered with null and a reason, or refused at its place. */

let service: Service;
beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => service.close());

type Cells = readonly (readonly (number | null)[])[];
interface WhatIf {
  rho: number | null;
  path: { models: number; rho: number | null; reason: string | null }[];
  firstCrossing: { zero: number | null; threshold: number | null };
  reason: string | null;
  conclusion: string;
}
interface Interventions {
  effects: { benchmark: string; excessSafety: number | null; pairs: number; reason: string | null }[];
  pairs: { model: string; scoreChange: number | null; reason: string | null }[];
  capability: { pairs: number; meanChange: number | null; reason: string | null };
  conclusion: string;
}

/** Rows of c0, c1, s; each is a parent with a child of the class `treated` that scores the same. */
function bodyOf(cells: Cells, more: Record<string, unknown> = {}) {
  const names = ["c0", "c1", "s"];
  const rows = cells.flatMap((row, i) => [
    { model: `p${i}`, class: "parents", row },
    { model: `t${i}`, class: "treated", parent: `p${i}`, row },
  ]);
  return {
    models: rows.map(({ row: _, ...model }) => model),
    benchmarks: names.map((benchmark, j) => ({ benchmark, kind: j < 2 ? "capability" : "safety", ...more })),
    scores: rows.flatMap(({ model, row }) =>
      row.flatMap((score, j) => (score === null ? [] : [{ model, benchmark: names[j], score }])),
    ),
  };
}

const PLAIN: Cells = [
  [0.1, 0.2, 0.9],
  [0.3, 0.25, 0.7],
  [0.5, 0.6, 0.8],
  [0.7, 0.65, 0.3],
  [0.9, 0.95, 0.2],
];
const column = (values: readonly number[], at: number): Cells =>
  PLAIN.map((row, i) => row.map((value, j) => (j === at ? (values[i] as number) : value)));

const EDGES: readonly (readonly [name: string, cells: Cells, more?: Record<string, unknown>])[] = [
  ["a constant capability column", column([0.5, 0.5, 0.5, 0.5, 0.5], 0)],
  ["a constant benchmark", column([0.5, 0.5, 0.5, 0.5, 0.5], 2)],
  ["all constant", PLAIN.map(() => [0.5, 0.5, 0.5])],
  ["one model", PLAIN.slice(0, 1)],
  ["two models", PLAIN.slice(0, 2)],
  ["three models", PLAIN.slice(0, 3)],
  ["duplicated models", [...PLAIN.slice(0, 2), ...PLAIN.slice(0, 2)]],
  ["duplicated columns", PLAIN.map(([a, , s]) => [a as number, a as number, s as number])],
  ["a benchmark that nobody took", [...PLAIN.map(([a, b]) => [a as number, b as number, null])]],
  [
    "one model with the benchmark",
    PLAIN.map(([a, b, s], i) => [a as number, b as number, i === 0 ? (s as number) : null]),
  ],
  [
    "no model with every capability score",
    PLAIN.map(([a, b, s], i) => [i % 2 ? (a as number) : null, i % 2 ? null : (b as number), s as number]),
  ],
  [
    "tied eigenvalues",
    [
      [0, 1, 0.1],
      [1, 0, 0.4],
      [0, 0, 0.3],
      [1, 1, 0.2],
    ],
  ],
  ["ρ = 1", column([0.1, 0.2, 0.3, 0.4, 0.5], 2)],
  ["ρ = −1", column([0.5, 0.4, 0.3, 0.2, 0.1], 2)],
  ["1e308 beside −1e308", PLAIN.map((row, i) => row.map((x) => (i % 2 ? -1 : 1) * (x ?? 0) * 1e308))],
  ["5e-324", column([0, 5e-324, 1e-323, 1.5e-323, 2e-323], 0)],
  ["offsets of 1e15", PLAIN.map((row) => row.map((x) => 1e15 + Math.round(8 * (x ?? 0))))],
  ["−0", column([-0, 0, -0, 0, 0.1], 2)],
  ["lower is better", PLAIN, { direction: "lower" }],
  ["chance at the top of the range", PLAIN, { min: 0, max: 1, chance: 1 }],
];
const QUERIES = [
  "",
  "&mode=add",
  "&order=random",
  "&order=leastCapable&to=quantile:0",
  "&tax=0.5",
  "&mode=add&tax=0.5&to=-1e308",
];

describe.each(EDGES.map((edge, i) => [edge[0], i] as const))("%s", (_, i) => {
  const name = `edge-${i}`;
  beforeAll(async () => {
    const [, cells, more] = EDGES[i] as (typeof EDGES)[number];
    const reply = await service.post(name, bodyOf(cells, more));
    expect(reply.statusCode, reply.body).toBe(201);
  });

  test.each(QUERIES)("what-if%s has a number or a reason at every step", async (query) => {
    const found = await service.json<WhatIf>(
      `/v1/matrices/${name}/what-if?class=parents&benchmark=s${query}`,
    );
    for (const { rho, reason } of found.path) expect(rho === null).toBe(reason !== null);
    if (found.path.length === 0) expect(found.reason).not.toBeNull();
    expect(found.conclusion).not.toMatch(/NaN|Infinity|undefined/);
  });

  test("interventions have a number or a reason in every row", async () => {
    const found = await service.json<Interventions>(`/v1/matrices/${name}/interventions?class=treated`);
    expect(found.pairs.length).toBe((EDGES[i] as (typeof EDGES)[number])[1].length);
    for (const { excessSafety, reason } of found.effects)
      if (excessSafety === null) expect(reason).not.toBeNull();
    for (const { scoreChange, reason } of found.pairs) expect(scoreChange === null).toBe(reason !== null);
    if (found.capability.meanChange === null) expect(found.capability.reason).not.toBeNull();
    expect(found.conclusion).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe("what cannot be asked is refused at its place", () => {
  beforeAll(async () => {
    await service.post("plain", bodyOf(PLAIN));
  });
  test.each([
    ["", "benchmark"],
    ["&benchmark=s&benchmark=c0", "benchmark"],
    ["&benchmark=nothing", "benchmark"],
    ["&benchmark=s&to=chance", "to"],
    ["&benchmark=s&to=quantile:1.5", "to"],
    ["&benchmark=s&to=1e999", "to"],
    ["&benchmark=s&to=NaN", "to"],
    ["&benchmark=s&tax=1", "tax"],
    ["&benchmark=s&tax=-0.1", "tax"],
    ["&benchmark=s&order=named", "model"],
    ["&benchmark=s&model=p1", "model"],
    ["&benchmark=s&order=named&model=p9", "model"],
    ["&benchmark=s&mode=neither", "mode"],
    ["&benchmark=__proto__", "benchmark"],
    ["&benchmark=s&order=named&model=constructor", "model"],
  ])("what-if?class=parents%s names %s", async (query, parameter) => {
    const { errors } = await service.json<{ errors: { parameter?: string; message: string }[] }>(
      `/v1/matrices/plain/what-if?class=parents${query}`,
      422,
    );
    expect(JSON.stringify(errors)).toContain(parameter);
  });

  test("a baseline that no model had is named, with the methods there are", async () => {
    const reply = await service.ask("/v1/matrices/plain/interventions?class=treated&baseline=none");
    expect(reply.statusCode).toBe(422);
    expect(reply.json()).toMatchObject({ code: "unknownName" });
  });
});

test("hostile names come back as they were given, in JSON and defused in CSV", async () => {
  const names = ["__proto__", "constructor", "=cmd()", "<script>", "x".repeat(500)];
  const models = names.flatMap((parent, i) => [
    { model: parent, class: "parents", family: parent },
    {
      model: `${i}`,
      class: "treated",
      parent,
      interventions: [{ method: names[(i + 1) % 5] as string, dose: i + 1 }],
    },
  ]);
  const scores = models.flatMap(({ model }, i) =>
    ["c", "s"].map((benchmark, j) => ({ model, benchmark, score: ((i * 7 + j * 5) % 11) / 11 })),
  );
  const benchmarks = [
    { benchmark: "c", kind: "capability" },
    { benchmark: "s", kind: "safety" },
  ];
  expect((await service.post("hostile", { models, benchmarks, scores })).statusCode).toBe(201);
  const url = "/v1/matrices/hostile/interventions?class=treated&baseline=constructor";
  const found = await service.json<{ pairs: { parent: string }[]; effects: { method: string }[] }>(url);
  expect(found.pairs.map(({ parent }) => parent).sort()).toEqual([...names].sort());
  expect([...new Set(found.effects.map(({ method }) => method))].sort()).toEqual([...names].sort());
  const csv = await service.ask(`${url}&format=csv`);
  expect(csv.statusCode).toBe(200);
  expect(csv.body).toContain("'=cmd()");
});

test("every class is answered with class=*, and CSV has the main rows", async () => {
  const { classes } = await service.json<{ classes: { class: string }[] }>(
    "/v1/matrices/safetywashing-2024/what-if?class=*&benchmark=wmdp_bio",
  );
  expect(classes.length).toBe(2);
  const csv = await service.ask(
    "/v1/matrices/safetywashing-2024/what-if?class=chat&benchmark=wmdp_bio&format=csv",
  );
  expect(csv.body.split("\n").length).toBe(29);
});
