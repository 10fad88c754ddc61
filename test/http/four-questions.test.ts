import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Service, SMALL_CSV, SMALL_QUERY } from "./service.js";

const QUESTIONS = ["scaling", "saturation", "suites?size=2", "differential-safety?benchmark=y"] as const;
type Answer = Record<string, unknown> & { conclusion: string; reason?: string | null; warnings: unknown[] };

let service: Service;
beforeAll(async () => {
  service = await Service.start();
  await service.post("small", SMALL_CSV, {}, SMALL_QUERY);
});
afterAll(() => service.close());

/** The rows of the edge table (R14) that can be posted; x1 and x2 make the score, y and z are safety. */
const EDGES: Readonly<Record<string, string>> = {
  "a constant column": "a,1,2,5,1\nb,2,1,5,2\nc,3,4,5,3\nd,4,3,5,4\n",
  "all constant": "a,1,1,1,1\nb,1,1,1,1\nc,1,1,1,1\n",
  "one model": "a,1,2,3,4\n",
  "two models": "a,1,2,3,4\nb,2,1,4,3\n",
  "a duplicated column": "a,1,1,3,3\nb,2,2,1,1\nc,3,3,2,2\nd,4,4,4,4\n",
  "a duplicated model": "a,1,2,3,4\nb,1,2,3,4\nc,1,2,3,4\nd,2,1,4,3\n",
  "an all-missing column": "a,1,2,,4\nb,2,1,,3\nc,3,3,,1\n",
  "an all-missing row": "a,1,2,3,4\nb,2,1,4,3\nc,,,,\nd,4,3,1,1\n",
  "no model with every capability score": "a,1,,3,4\nb,,1,4,3\nc,3,,2,1\n",
  "1e308 beside −1e308": "a,1e308,2,1e308,4\nb,-1e308,1,-1e308,3\nc,3,4,2,1\nd,4,3,1,2\n",
  "5e-324": "a,5e-324,2,5e-324,4\nb,0,1,0,3\nc,1e-323,4,1e-323,1\nd,0,3,0,2\n",
  "an offset of 1e15":
    "a,1000000000000001,2,1000000000000003,4\nb,1000000000000002,1,1000000000000001,3\nc,1000000000000003,4,1000000000000002,1\n",
  "−0": "a,-0,2,-0,4\nb,0,1,0,3\nc,1,4,1,1\n",
  "tied λ1 and λ2": "a,1,1,3,4\nb,1,2,1,2\nc,2,1,2,3\nd,2,2,4,1\n",
  "ρ = ±1": Array.from({ length: 12 }, (_, i) => `m${i},${i},${i},${i},${-i}\n`).join(""),
  "all ties": Array.from({ length: 12 }, (_, i) => `m${i},${i % 2},${i % 2},${i % 3},${i % 2}\n`).join(""),
  "names that are none": "__proto__,1,2,3,4\nconstructor,2,1,4,3\n=cmd(),3,4,1,2\n<script>,4,3,2,1\n",
};

describe.each(Object.entries(EDGES))("with %s", (what, rows) => {
  const matrix = `edge-${Object.keys(EDGES).indexOf(what)}`;
  beforeAll(async () => {
    const csv = `model,x1,x2,y,z\n${rows}`;
    const reply = await service.post(matrix, csv, {}, "?capability=x1&capability=x2&safety=y&safety=z");
    expect([201, 422]).toContain(reply.statusCode);
  });

  test.each(QUESTIONS)(
    "%s has numbers, or nulls with their reasons, and says so in words",
    async (question) => {
      const reply = await service.ask(`/v1/matrices/${matrix}/${question}`);
      if (reply.statusCode !== 200) {
        expect([404, 422]).toContain(reply.statusCode);
        expect(reply.json<{ code: string }>().code).not.toBe("internal");
        return;
      }
      const answer = reply.json<Answer>();
      expect(reply.body).not.toMatch(/NaN|Infinity|undefined/);
      expect(answer.conclusion.length).toBeGreaterThan(20);
      for (const row of rowsOf(answer)) expect(hasReason(row), JSON.stringify(row)).toBe(true);
    },
  );
});

/** Main rows in which something is null. */
function rowsOf(answer: Answer): Record<string, unknown>[] {
  const lists = ["models", "ranking", "suites", "horizons"].flatMap(
    (name) => (answer[name] ?? []) as never[],
  );
  const central = ["score", "residual", "rhoOutOfFold", "lengths"];
  return (lists as Record<string, unknown>[]).filter((row) => central.some((name) => row[name] === null));
}

function hasReason({ reason }: Record<string, unknown>): boolean {
  return typeof reason === "string" && reason !== "";
}

describe("differential safety", () => {
  const of = (query: string) => `/v1/matrices/safetywashing-2024/differential-safety?class=chat${query}`;

  test.each([
    ["neither", ""],
    ["both", "&benchmark=ethics_all&area=jailbreaks"],
  ])("asked of %s benchmark and area is refused at its parameter", async (_, query) => {
    const problem = await service.json<{ errors: { parameter: string }[] }>(of(query), 422);
    expect(problem.errors[0]?.parameter).toBe("benchmark");
  });

  test("asked of an unknown name is refused with the nearest", async () => {
    const [benchmark, area] = await Promise.all(
      ["&benchmark=ethics_al", "&area=jailbreak"].map((query) =>
        service.json<{ code: string; errors: { parameter: string; message: string }[] }>(of(query), 422),
      ),
    );
    expect([benchmark?.code, benchmark?.errors[0]?.parameter]).toEqual(["unknownName", "benchmark"]);
    expect(benchmark?.errors[0]?.message).toContain('"ethics_all"');
    expect(area?.errors[0]?.message).toContain('"jailbreaks"');
  });

  test("of several benchmarks repeats the parameter, which does not filter the ranking", async () => {
    const found = await service.json<{
      benchmarks: string[];
      ranking: unknown[];
      options: { benchmark: string[] };
    }>(of("&benchmark=wmdp_bio&benchmark=ethics_cm&limit=3"));
    expect(found.benchmarks).toEqual(["ethics_cm", "wmdp_bio"]);
    expect(found.ranking.length).toBe(3);
  });

  test("is a table as CSV", async () => {
    const { body } = await service.ask(of("&benchmark=wmdp_bio&format=csv"));
    expect(body.split("\n")[0]).toContain("model,name,family,score,safety,expected,residual,interval.low");
  });
});

test.each([
  ["scaling?reliability=1", "reliability"],
  ["scaling?reliability=0", "reliability"],
  ["suites?size=7", "size"],
  ["suites?size=1", "size"],
  ["suites?size=2.5", "size"],
  ["suites?kind=unsafe", "kind"],
])("%s is refused at its parameter", async (question, parameter) => {
  const problem = await service.json<{ errors: { parameter: string }[] }>(
    `/v1/matrices/small/${question}&class=chat`,
    422,
  );
  expect(problem.errors.map((error) => error.parameter)).toContain(parameter);
});

test("rows=horizons shows and exports the other list of scaling", async () => {
  const { body } = await service.ask(
    "/v1/matrices/safetywashing-2024/scaling?class=chat&rows=horizons&format=csv&limit=2",
  );
  expect(body.trim().split("\n").length).toBe(3);
});

test("a lower-is-better benchmark keeps its headroom, its horizon and its rank", async () => {
  const scores = Array.from({ length: 12 }, (_, i) => [
    { model: `m${i}`, benchmark: "x", score: i / 12 },
    { model: `m${i}`, benchmark: "up", score: ((i * 5) % 12) / 16 },
    { model: `m${i}`, benchmark: "down", score: 1 - ((i * 5) % 12) / 16 },
  ]).flat();
  const benchmarks = [
    { benchmark: "x", kind: "capability", min: 0, max: 1 },
    { benchmark: "up", kind: "safety", min: 0, max: 1, chance: 0.25, items: 64 },
    { benchmark: "down", kind: "safety", direction: "lower", min: 0, max: 1, chance: 0.75, items: 64 },
  ];
  expect((await service.post("mirror", { benchmarks, scores })).statusCode).toBe(201);
  const same = (rows: readonly Record<string, unknown>[]) => {
    const [up, down] = ["up", "down"].map((name) => ({
      ...rows.find(({ benchmark }) => benchmark === name),
      benchmark: "",
    }));
    expect(JSON.parse(toTen(down))).toEqual(JSON.parse(toTen(up)));
  };
  const { benchmarks: full } = await service.json<{ benchmarks: Record<string, unknown>[] }>(
    "/v1/matrices/mirror/saturation?resamples=0",
  );
  same(full);
  const { horizons } = await service.json<{ horizons: Record<string, unknown>[] }>(
    "/v1/matrices/mirror/scaling",
  );
  same(horizons);
});

function toTen(value: unknown): string {
  return JSON.stringify(value, (_, x) => (typeof x === "number" ? Number(x.toPrecision(10)) + 0 : x));
}

test("more benchmarks than a search can choose from are refused with a way out", async () => {
  const names = Array.from({ length: 600 }, (_, j) => `b${j}`);
  const csv = `model,x,${names.join()}\n${[1, 2, 3, 4].map((i) => `m${i},${i},${names.map((_, j) => (i * (j + 3)) % 17).join()}`).join("\n")}\n`;
  await service.post("wide", csv, {}, `?capability=x&${names.map((name) => `safety=${name}`).join("&")}`);
  const problem = await service.json<{ errors: { parameter: string }[] }>("/v1/matrices/wide/suites", 422);
  expect(problem.errors[0]?.parameter).toBe("kind");
});
