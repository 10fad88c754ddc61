import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type * as z from "zod";
import type { checkSensitivity } from "../../src/analysis/check-sensitivity.js";
import type { sensitivity } from "../../src/analysis/sensitivity.js";
import { Service } from "./service.js";

type Answer = { [Field in keyof typeof sensitivity.shape]: z.infer<(typeof sensitivity.shape)[Field]> } & {
  warnings: { code: string; names?: string[] }[];
  modelSetHash: string;
};

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
const bundled = (query: string) => `/v1/matrices/safetywashing-2024/sensitivity?class=chat&${query}`;

describe("what is asked", () => {
  test("is about one benchmark: none, two and an unknown one are 422, located", async () => {
    for (const query of ["drop=2", "benchmark=ethics_all&benchmark=mmlu", "benchmark=ethics_al"]) {
      const problem = await service.json<Problem>(bundled(query), 422);
      expect(problem.errors[0]?.parameter, query).toMatch(/^benchmark/);
    }
    const problem = await service.json<Problem>(bundled("benchmark=ethics_al"), 422);
    expect([problem.code, problem.detail]).toEqual([
      "unknownName",
      expect.stringContaining('nearest: "ethics_all"'),
    ]);
  });

  test("with a wrong number, a word for a yes and an unknown model is 422, located", async () => {
    for (const [query, parameter] of [
      ["drop=0", "drop"],
      ["drop=21", "drop"],
      ["drop=two", "drop"],
      ["refit=maybe", "refit"],
      ["model=Llama-2-7b-chat", "model"],
      ["verdict=distinct", "verdict"],
    ] as const) {
      const problem = await service.json<Problem>(bundled(`benchmark=ethics_all&${query}`), 422);
      expect(problem.errors[0]?.parameter, query).toMatch(new RegExp(`^${parameter}`));
    }
  });

  test("in other words is the same answer: models in another order, defaults written out", async () => {
    const [one, other] = await Promise.all(
      [
        "model=Yi-6B-Chat&model=falcon-7b-instruct&model=Yi-34B-Chat",
        "drop=3&refit=false&model=Yi-34B-Chat&model=Yi-6B-Chat&model=falcon-7b-instruct&resamples=0",
      ].map((query) => service.ask(bundled(`benchmark=ethics_all&${query}`))),
    );
    expect(other?.body).toBe(one?.body);
    expect(other?.headers.etag).toBe(one?.headers.etag);
  });
});

describe("an answer", () => {
  test("names its sets by hash: all models, and what is left at each bound", async () => {
    const found = await service.json<Answer>(bundled("benchmark=ethics_all&drop=1"));
    expect(found.referenceSetHash).toBe(found.modelSetHash);
    const [row] = found.bounds;
    const without = await service.json<Answer>(
      bundled(`benchmark=ethics_all&drop=1&exclude=${row?.lowModels?.[0]}`),
    );
    expect(without.referenceSetHash).toBe(row?.lowSetHash);
  });

  test("takes view options on its bounds, and exports them and other lists", async () => {
    const found = await service.json<Answer>(bundled("benchmark=ethics_all&sort=-dropped&limit=1"));
    expect(found.bounds.map(({ dropped }) => dropped)).toEqual([3]);
    const csv = (await service.ask(bundled("benchmark=ethics_all&format=csv"))).body.trim().split("\n");
    expect(csv[0]).toMatch(/^dropped,low,high,lowModels,.*,exact,band\.low,band\.high,beyondBand/);
    expect(csv.length).toBe(4);
    const rows = await service.ask(bundled("benchmark=ethics_all&rows=leaveOneFamilyOut&format=ndjson"));
    expect(rows.body.trim().split("\n").length).toBe(9);
  });

  test("reads the coefficient, the measure, the threshold and the level", async () => {
    const base = await service.json<Answer>(bundled("benchmark=ethics_all"));
    const by = (query: string) => service.json<Answer>(bundled(`benchmark=ethics_all&${query}`));
    for (const query of ["correlation=pearson", "correlation=kendall", "measure=mean"]) {
      expect((await by(query)).bounds[2]?.low, query).not.toBe(base.bounds[2]?.low);
    }
    const high = await by("threshold=0.8");
    expect(high.fragility?.toThreshold as number).toBeLessThan(base.fragility?.toThreshold as number);
    const narrow = await by("level=0.5");
    expect(narrow.bounds[0]?.band?.low[0] as number).toBeGreaterThan(base.bounds[0]?.band?.low[0] as number);
  });

  test("about a benchmark that is part of the score says so, and has no verdict to lose", async () => {
    const found = await service.json<Answer>(bundled("benchmark=mmlu"));
    expect(found.warnings.map(({ code }) => code)).toContain("partOfScore");
    expect(found.fragility).toMatchObject({ verdict: null, toVerdict: null });
  });

  test("leaves submitted models without the benchmark out of their set, by name", async () => {
    const found = await service.json<Answer>(
      bundled(
        "benchmark=LMSYS_Chatbot_Arena&model=Llama-2-7b-chat-hf&model=Llama-2-13b-chat-hf&model=falcon-7b-instruct",
      ),
    );
    expect(found.submittedSet).toMatchObject({ n: 2, rho: null, reason: "tooFewModels" });
    expect(found.percentileAmongSets).toBeNull();
    expect(found.warnings.find(({ code }) => code === "modelsDropped")?.names).toContain(
      "falcon-7b-instruct",
    );
  });
});

describe("a check", () => {
  interface Checked {
    sensitivity: z.infer<typeof checkSensitivity>;
    correlation: { rho: number | null };
  }
  const check = (scores: Record<string, number>, direction = "higher") =>
    service.json<Checked>({
      method: "POST",
      url: "/v1/check?resamples=0",
      payload: {
        against: "safetywashing-2024",
        class: "chat",
        benchmark: { name: "Mine", direction },
        scores,
      },
    });

  test("of a benchmark of the matrix has the bounds that the question gives", async () => {
    const { scores } = await service.json<{ scores: Record<string, (number | null)[]> | unknown }>(
      "/v1/matrices/safetywashing-2024/revisions/latest/scores?layout=tidy",
    );
    const own = (scores as { model: string; benchmark: string; score: number }[]).filter(
      ({ benchmark }) => benchmark === "ethics_all",
    );
    const { sensitivity: found } = await check(
      Object.fromEntries(own.map(({ model, score }) => [model, score])),
    );
    const asked = await service.json<Answer>(bundled("benchmark=ethics_all"));
    expect(found.bounds).toEqual(asked.bounds);
    expect(found.leaveOneModelOut).toEqual(asked.leaveOneModelOut);
    expect(found.leaveOneFamilyOut).toEqual(asked.leaveOneFamilyOut);
  });

  test("of a benchmark of which lower is better turns the bounds round", async () => {
    const scores = { "Llama-2-7b-chat-hf": 1, "Yi-6B-Chat": 2, "Yi-34B-Chat": 4, "Llama-2-70b-chat-hf": 3 };
    const up = await check(scores);
    const down = await check(scores, "lower");
    expect(down.sensitivity.bounds[0]?.low).toBe(0 - (up.sensitivity.bounds[0]?.high as number));
    expect(down.sensitivity.bounds[0]?.lowModels).toEqual(up.sensitivity.bounds[0]?.highModels);
  });

  test("of three models has no bounds to give, and says why", async () => {
    const { sensitivity: found, correlation } = await check({
      "Llama-2-7b-chat-hf": 0.3,
      "Yi-6B-Chat": 0.5,
      "Yi-34B-Chat": 0.4,
    });
    expect(correlation.rho).not.toBeNull();
    expect(found.bounds.map(({ low, reason }) => [low, reason])).toEqual(
      new Array(3).fill([null, "tooFewModels"]),
    );
    expect(found.leaveOneModelOut.map(({ rho }) => rho)).toEqual([null, null, null]);
    const none = await check({ "Llama-2-7b-chat-hf": 0.3 });
    expect(none.sensitivity).toMatchObject({
      n: 1,
      reason: "tooFewModels",
      leaveOneFamilyOut: [{ rho: null }],
    });
  });
});

describe("the edge table", () => {
  const HEAD = "model,class,family,a,b,c,t";
  const ROWS = [
    "m1,x,F,.1,.2,.3,.9",
    "m2,x,F,.2,.1,.4,.7",
    "m3,x,G,.5,.4,.6,.8",
    "m4,x,G,.6,.8,.5,.3",
    "m5,x,,.9,.7,.8,.2",
    "m6,x,H,.4,.5,.2,.6",
  ];
  const QUERY = "?capability=a&capability=b&capability=c&safety=t";
  let made = 0;
  async function posted(csv: string, query = QUERY): Promise<string> {
    made += 1;
    const reply = await service.post(`edge-${made}`, csv, {}, query);
    expect(reply.statusCode, reply.body.slice(0, 300)).toBe(201);
    return `/v1/matrices/edge-${made}/sensitivity?benchmark=t`;
  }
  const with_ = (change: (row: string, i: number) => string) => [HEAD, ...ROWS.map(change)].join("\n");
  const setLast = (values: readonly string[]) =>
    with_((row, i) => `${row.slice(0, row.lastIndexOf(","))},${values[i]}`);

  const TABLE: Readonly<Record<string, { csv: string; query?: string; reason: string | null }>> = {
    "a constant benchmark": { csv: setLast(new Array(6).fill("1")), reason: "constant" },
    "all constant": {
      csv: [HEAD, ...[1, 2, 3, 4, 5].map((i) => `m${i},x,,1,1,1,1`)].join("\n"),
      reason: "constantCapabilities",
    },
    "one model": { csv: [HEAD, ROWS[0]].join("\n"), reason: "constantCapabilities" },
    "two models": { csv: [HEAD, ...ROWS.slice(0, 2)].join("\n"), reason: "tooFewModels" },
    "three models": { csv: [HEAD, ROWS[0], ROWS[2], ROWS[3]].join("\n"), reason: null },
    "a duplicated model": {
      csv: with_((row, i) => (i === 1 ? (ROWS[0]?.replace("m1", "m2") as string) : row)),
      reason: null,
    },
    "a duplicated column": { csv: setLast([".1", ".2", ".5", ".6", ".9", ".4"]), reason: null },
    "nobody with the benchmark but one": { csv: setLast(["", "", "", "", "", ".5"]), reason: "tooFewModels" },
    "no model with every capability score": {
      csv: [HEAD, "m1,x,,,.2,.3,.9", "m2,x,,.2,,.4,.7", "m3,x,,.5,.4,,.8"].join("\n"),
      reason: "noCompleteModels",
    },
    "1e308 beside −1e308": { csv: setLast(["1e308", "-1e308", "0", "5e307", "1", "2"]), reason: null },
    "5e-324": { csv: setLast(["5e-324", "0", "1e-323", "0", "1.5e-323", "-0"]), reason: null },
    "an offset of 1e15": {
      csv: setLast([1, 2, 3, 5, 4, 6].map((x) => String(1e15 + x))),
      reason: null,
    },
    "λ1 = λ2": {
      csv: ["model,a,b,t", "m1,1,1,1", "m2,1,-1,2", "m3,-1,1,3", "m4,-1,-1,4"].join("\n"),
      query: "?capability=a&capability=b&safety=t",
      reason: "tiedEigenvalues",
    },
    "ρ = 1": {
      csv: ["model,a,t", ...[1, 2, 3, 4, 5].map((i) => `m${i},${i},${i}`)].join("\n"),
      query: "?capability=a&safety=t",
      reason: null,
    },
    "ties everywhere but one": { csv: setLast(["1", "1", "1", "1", "1", "2"]), reason: null },
  };

  test.each(Object.entries(TABLE))(
    "%s: null with a reason, or a number, never NaN or a 5xx",
    async (_, edge) => {
      const url = await posted(edge.csv, edge.query ?? QUERY);
      for (const query of [
        "",
        "&refit=true",
        "&correlation=pearson",
        "&correlation=kendall",
        "&measure=zmean",
      ]) {
        const reply = await service.ask(`${url}&drop=4${query}`);
        expect(reply.statusCode, reply.body.slice(0, 300)).toBe(200);
        expect(reply.body).not.toMatch(/NaN|Infinity/);
        const found = reply.json<Answer>();
        if (!query.includes("measure")) expect(found.reason, query).toBe(edge.reason);
        expect(found.rho === null, query).toBe(found.reason !== null);
        for (const { low, high, reason, band, dropped } of found.bounds) {
          expect(low === null, `${query} ${dropped}`).toBe(band === null);
          expect(high === null && reason === null, `${query} ${dropped}`).toBe(false);
          if (low !== null)
            expect([low >= -1, (high as number) <= 1, low <= (high as number)]).toEqual([true, true, true]);
        }
      }
    },
  );

  test("subsets in which a side does not vary are counted, not taken for 0", async () => {
    const found = await service.json<Answer>(
      `${await posted(setLast(["1", "1", "1", "1", "1", "2"]))}&drop=2&correlation=kendall`,
    );
    expect(found.bounds.map(({ undefinedSubsets }) => undefinedSubsets)).toEqual([1, 5]);
  });

  test("names from strangers stay names", async () => {
    const csv = [
      "model,a,t",
      ...["__proto__", "constructor", '"=cmd()"', "<script>", "x y"].map(
        (m, i) => `${m},${(i * 7) % 5},${(i * 3) % 5}`,
      ),
    ];
    const url = await posted(csv.join("\n"), "?capability=a&safety=t");
    const found = await service.json<Answer>(`${url}&drop=1&model=__proto__&model=constructor&model=x%20y`);
    expect(found.submittedSet?.models).toEqual(["__proto__", "constructor", "x y"]);
    const sheet = (await service.ask(`${url}&rows=leaveOneModelOut&format=csv`)).body;
    expect(sheet).toContain("'=cmd()");
  });

  test("among very many benchmarks one is found and asked about", { timeout: 120_000 }, async () => {
    const wide = Array.from({ length: WIDEST }, (_, j) => `b${j}`);
    const cells = (i: number) => wide.map((_, j) => ((i * 7 + j * 3) % 11) + ((i * j) % 5));
    const csv = [
      ["model", "a", "t", ...wide],
      ...[0, 1, 2, 3, 4].map((i) => [`m${i}`, i, (i * 3) % 5, ...cells(i)]),
    ];
    const url = await posted(csv.map((line) => line.join(",")).join("\n"), "?capability=a");
    expect((await service.json<Answer>(url)).bounds[0]?.low).not.toBeNull();
  });

  test("many models: greedy beyond the exact bounds, in time that a client waits", {
    timeout: 60_000,
  }, async () => {
    const rows = Array.from({ length: 3_000 }, (_, i) => `m${i},${(i * 37) % 1009},${(i * 61) % 997}`);
    const url = await posted(["model,a,t", ...rows].join("\n"), "?capability=a&safety=t");
    const found = await service.json<Answer>(url);
    expect(found.bounds.map(({ exact }) => exact)).toEqual([true, false, false]);
    expect(found.bounds.every(({ band }) => band !== null)).toBe(true);
  });
});
