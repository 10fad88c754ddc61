import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type * as z from "zod";
import type { confounding } from "../../src/analysis/confounding.js";
import { Service } from "./service.js";

type Answer = { [Field in keyof typeof confounding.shape]: z.infer<(typeof confounding.shape)[Field]> };

/** A plain `npm test` asks for a fifth. */
const WIDEST = process.env.FULL === undefined ? 20_000 : 100_000;

let service: Service;
beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => service.close());

interface Problem {
  code: string;
  detail: string;
  errors: { parameter: string; message: string }[];
}
const bundled = (query: string) => `/v1/matrices/safetywashing-2024/confounding?${query}`;

describe("what is given", () => {
  test("is required: without it the answer is 422 and lists what enough models declare", async () => {
    const problem = await service.json<Problem>(bundled("class=chat"), 422);
    expect(problem.errors[0]?.parameter).toBe("given");
    expect(problem.detail).toContain("releasedOn, trainingFlop, parameters, family, class");
  });

  test("that no model declares is 422 by name; what does not exist lists what does", async () => {
    const undeclared = await service.json<Problem>(bundled("class=chat&given=interventions"), 422);
    expect(undeclared.errors[0]?.parameter).toBe("given");
    expect(undeclared.detail).toMatch(/"interventions".*available here: releasedOn/);
    const unknown = await service.json<Problem>(bundled("class=chat&given=flop"), 422);
    expect(unknown.errors[0]?.parameter).toMatch(/^given/);
    expect(unknown.errors[0]?.message).toContain("trainingFlop");
    const comma = await service.json<Problem>(bundled("class=chat&given=releasedOn,family"), 422);
    expect(comma.errors[0]?.parameter).toMatch(/^given/);
  });

  test("twice, or in another order, is the same answer under the same key", async () => {
    const [one, other] = await Promise.all(
      ["given=family&given=releasedOn", "given=releasedOn&given=family&given=family"].map((given) =>
        service.ask(bundled(`class=chat&resamples=0&${given}`)),
      ),
    );
    expect(other?.headers.etag).toBe(one?.headers.etag);
    expect(other?.body).toBe(one?.body);
  });
});

describe("an answer", () => {
  test("takes the view options on its rows, and exports other lists", async () => {
    const found = await service.json<Answer>(
      bundled(
        "class=chat&given=trainingFlop&resamples=0&benchmark=ethics_all&benchmark=wmdp_bio&sort=partialRho",
      ),
    );
    expect(found.benchmarks.map(({ benchmark }) => benchmark)).toEqual(["wmdp_bio", "ethics_all"]);
    const csv = await service.ask(
      bundled("class=chat&given=trainingFlop&resamples=0&rows=withinFamily&format=csv&benchmark=ethics_all"),
    );
    expect(csv.body.split("\n")[1]).toContain("0.7560975609756098");
    for (const rows of ["pooled", "eras", "reversals", "covariates"]) {
      const exported = await service.ask(
        bundled(`class=chat&given=family&resamples=0&format=csv&rows=${rows}`),
      );
      expect(exported.statusCode, rows).toBe(200);
    }
  });

  test("about every class is one each", async () => {
    const { classes } = await service.json<{ classes: Answer[] }>(
      bundled("class=*&given=releasedOn&resamples=0"),
    );
    expect(classes.map(({ scope }) => scope.classes)).toEqual([["base"], ["chat"]]);
  });

  test("does not change its key with what it does not read", async () => {
    const asked = (more: string) => service.ask(bundled(`class=chat&given=releasedOn&resamples=0${more}`));
    const plain = await asked("");
    expect((await asked("&threshold=0.5&correlation=kendall")).headers.etag).toBe(plain.headers.etag);
    expect((await asked("&measure=mean")).headers.etag).not.toBe(plain.headers.etag);
  });
});

interface Small {
  /** Models × (two capability benchmarks, then others); null is missing. */
  readonly cells: readonly (readonly (number | null)[])[];
  readonly models?: (i: number) => object;
  readonly benchmarks?: (j: number) => object;
}
const declared = (i: number) => ({
  family: `family ${i % 3}`,
  releasedOn: `2024-0${1 + (i % 9)}-01`,
  trainingFlop: 1e22 * (1 + ((i * 7) % 5)),
  parameters: 1e9 * (1 + i),
  interventions: Array.from({ length: i % 3 }, () => ({ method: "rlhf" })),
});
const cellsOf = (n: number, row: (i: number) => (number | null)[]) =>
  Array.from({ length: n }, (_, i) => row(i));
const usual = (i: number) => [i + ((i * 5) % 3), i + ((i * 3) % 4), (i * 7) % 11];

async function post(name: string, { cells, models = declared, benchmarks = () => ({}) }: Small) {
  const width = cells[0]?.length ?? 0;
  const reply = await service.post(name, {
    models: cells.map((_, i) => ({ model: `m${i}`, class: "all", ...models(i) })),
    benchmarks: Array.from({ length: width }, (_, j) => ({
      benchmark: `b${j}`,
      kind: j < 2 ? "capability" : "safety",
      ...benchmarks(j),
    })),
    scores: cells.flatMap((row, i) =>
      row.flatMap((score, j) => (score === null ? [] : [{ model: `m${i}`, benchmark: `b${j}`, score }])),
    ),
  });
  expect(reply.statusCode, reply.body.slice(0, 500)).toBe(201);
}
const ask = async (name: string, query: string, status = 200) => {
  const reply = await service.ask(`/v1/matrices/${name}/confounding?resamples=200&${query}`);
  expect(reply.statusCode, `${name}: ${reply.body.slice(0, 400)}`).toBe(status);
  expect(reply.body).not.toMatch(/NaN|Infinity/);
  return reply.json<Answer & Problem>();
};

/** Number null ⇔ reason given, of the benchmark b2. */
const EDGES: Readonly<Record<string, Small & { given?: string; reason: string | null; status?: number }>> = {
  "a constant column": { cells: cellsOf(12, (i) => [...usual(i).slice(0, 2), 3]), reason: "constant" },
  "all constant": { cells: cellsOf(12, () => [1, 1, 1]), reason: "constantCapabilities" },
  "one model": { cells: cellsOf(1, usual), reason: null, status: 422 },
  "two models": { cells: cellsOf(2, usual), reason: null, status: 422 },
  "fewer models than benchmarks": {
    cells: cellsOf(6, (i) => [...usual(i), ...Array.from({ length: 9 }, (_, k) => (i * (k + 2)) % 7)]),
    reason: null,
  },
  "duplicated columns and models": {
    cells: cellsOf(12, (i) => [...usual(i >> 1), (i >> 1) % 7]),
    reason: null,
  },
  "a column of nothing": { cells: cellsOf(12, (i) => [...usual(i).slice(0, 2), null]), reason: "noScores" },
  "a model with nothing": {
    cells: cellsOf(13, (i) => (i === 4 ? [null, null, null] : usual(i))),
    reason: null,
  },
  "no model with every capability score": {
    cells: cellsOf(12, (i) => (i % 2 ? [i, null, i] : [null, i, i])),
    reason: null,
    status: 422,
  },
  "1e308 beside −1e308 and 5e-324": {
    cells: cellsOf(12, (i) => [...usual(i).slice(0, 2), [1e308, -1e308, 5e-324, -0][i % 4] as number]),
    reason: null,
  },
  "offsets of 1e15": { cells: cellsOf(12, (i) => usual(i).map((x) => x + 1e15)), reason: null },
  "tied eigenvalues": {
    cells: [
      [1, 1, 1],
      [1, -1, 2],
      [-1, 1, 5],
      [-1, -1, 4],
      [1, 1, 3],
      [1, -1, 2],
      [-1, 1, 7],
      [-1, -1, 8],
    ],
    reason: "tiedEigenvalues",
  },
  "ρ = 1": { cells: cellsOf(12, (i) => [i, i, i]), given: "interventions", reason: "perfectCorrelation" },
  "ρ = −1, lower is better": {
    cells: cellsOf(12, (i) => [i, i, i]),
    benchmarks: (j) => (j === 2 ? { direction: "lower" } : {}),
    given: "interventions",
    reason: "perfectCorrelation",
  },
  "all ties but one": { cells: cellsOf(12, (i) => [...usual(i).slice(0, 2), i === 5 ? 1 : 0]), reason: null },
  "a benchmark that few of the models with dates have": {
    cells: cellsOf(12, (i) => [...usual(i).slice(0, 2), i < 4 ? i : null]),
    reason: "tooFewModels",
  },
  "a score that the covariate explains": {
    cells: cellsOf(12, (i) => [i, i, (i * 7) % 11]),
    given: "parameters",
    reason: "scoreExplained",
  },
  "a benchmark that the covariate explains": {
    cells: cellsOf(12, (i) => [...usual(i).slice(0, 2), i]),
    given: "parameters",
    reason: "benchmarkExplained",
  },
  "families of one model each": {
    cells: cellsOf(12, usual),
    models: (i) => ({ ...declared(i), family: `own ${i}` }),
    given: "family",
    reason: null,
    status: 422,
  },
  "one date for all": {
    cells: cellsOf(12, usual),
    models: (i) => ({ ...declared(i), releasedOn: "2024-01-01" }),
    reason: null,
    status: 422,
  },
  "a class where there is one only": { cells: cellsOf(12, usual), given: "class", reason: null, status: 422 },
  "nothing declared": { cells: cellsOf(12, usual), models: () => ({}), reason: null, status: 422 },
};

describe("the edge table", () => {
  test.each(Object.entries(EDGES))(
    "%s",
    async (title, { given = "releasedOn", reason, status = 200, ...small }) => {
      const name = `edge-${Object.keys(EDGES).indexOf(title)}`;
      await post(name, small);
      const found = await ask(name, `given=${given}`, status);
      if (status === 422) {
        expect(found.errors[0]?.parameter).toBe("given");
        return;
      }
      const row = found.benchmarks.find(({ benchmark }) => benchmark === "b2");
      for (const one of found.benchmarks) {
        if (one.partialRho === null) expect(one.reason, one.benchmark).not.toBeNull();
        else expect(Math.abs(one.partialRho)).toBeLessThanOrEqual(1);
      }
      for (const one of found.withinFamily) {
        if (one.gamma === null || one.p === null) expect(one.reason, one.benchmark).not.toBeNull();
      }
      for (const { windows, earlier, later } of found.eras) {
        for (const era of [...windows, earlier, later])
          if (era.rho === null) expect(era.reason).not.toBeNull();
      }
      expect([null, "tooFewUsableResamples", reason], `${row?.reason}`).toContain(row?.reason);
      if (reason !== null) expect(row?.reason).toBe(reason);
    },
  );

  test("ρ = 1 is 1 with p 0 and no closed form", async () => {
    await post("perfect", EDGES["ρ = 1"] as Small);
    const row = (await ask("perfect", "given=interventions")).benchmarks[2];
    expect([row?.partialRho, row?.p, row?.interval]).toEqual([1, 0, null]);
  });

  test("a capability benchmark asked about as safety has a partial correlation and no p", async () => {
    await post("part", { cells: cellsOf(12, usual) });
    const found = await ask("part", "given=releasedOn&capability=b0&capability=b1&capability=b2");
    const row = found.benchmarks.find(({ benchmark }) => benchmark === "b2");
    expect([row?.kind, row?.p, row?.reason]).toEqual(["capability", null, "partOfScore"]);
    expect(row?.partialRho).not.toBeNull();
  });

  test("names of families that are strange are names", async () => {
    const names = ["__proto__", "constructor", "=cmd()", "<script>"];
    await post("strange", {
      cells: cellsOf(16, usual),
      models: (i) => ({ ...declared(i), family: names[i % 4] }),
    });
    const [row] = (await ask("strange", "given=family")).withinFamily;
    expect([row?.families, row?.models]).toEqual([4, 16]);
  });

  test(`${WIDEST} columns are answered, or told what would fit`, { timeout: 240_000 }, async () => {
    const width = WIDEST;
    const header = ["model", "releasedOn", ...Array.from({ length: width }, (_, j) => `b${j}`)];
    const lines = Array.from({ length: 8 }, (_, i) =>
      [`m${i}`, `2024-0${1 + i}-01`, ...Array.from({ length: width }, (_, j) => (i * (j + 3)) % 17)].join(
        ",",
      ),
    );
    const csv = `${[header.join(","), ...lines].join("\n")}\n`;
    expect((await service.post("wide", csv, {}, "?capability=b0&capability=b1")).statusCode).toBe(201);
    const url = "/v1/matrices/wide/confounding?given=releasedOn&limit=1";
    const problem = await service.json<Problem>(`${url}&resamples=10000`, 422);
    expect(problem.errors[0]?.parameter).toBe("resamples");
    const reply = await service.ask({ url: `${url}&resamples=0`, headers: { prefer: "wait=120" } });
    expect([200, 202]).toContain(reply.statusCode);
  });
});
