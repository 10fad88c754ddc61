import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Service } from "./service.js";

/** What an adversarial review found once; each must stay found. */
let service: Service;
beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => service.close());

interface Scores {
  correlations: { benchmark: string; rho: number; leaveOneOutRho: number | null }[];
  warnings: { code: string }[];
}
const columns = (names: readonly string[], table: Readonly<Record<string, readonly number[]>>) =>
  [
    ["model", ...names],
    ...(table[names[0] as string] as readonly number[]).map((_, i) => [
      `m${i}`,
      ...names.map((name) => table[name]?.[i]),
    ]),
  ]
    .map((cells) => cells.join(","))
    .join("\n");

describe("the order of columns moves no rank where scores tie", () => {
  const tenths = {
    x: [0.1, 0.3, 0.2, 0.6, 0.5, 0.2],
    y: [0.7, 0.5, 0.6, 0.2, 0.1, 0.9],
    z: [0.3, 0.3, 0.3, 0.3, 0.5, 0],
    s: [0.1, 0.9, 0.2, 0.8, 0.5, 0.4],
  };
  test.each(["mean", "zmean", "pc1", "chanceAdjustedMean"])("by %s", async (measure) => {
    const found: number[] = [];
    for (const order of ["xyz", "yzx", "zxy", "xzy", "yxz", "zyx"]) {
      const query = [...order].map((name) => `capability=${name}`).join("&");
      await service.post(`order-${order}`, columns([...order, "s"], tenths), {}, `?${query}`);
      const { correlations } = await service.json<Scores>(
        `/v1/matrices/order-${order}/correlations?measure=${measure}&benchmark=s`,
      );
      found.push(correlations[0]?.rho as number);
    }
    for (const rho of found) expect(rho).toBeCloseTo(found[0] as number, 12);
  });

  test("and the mean of tenths has the ranks of exact arithmetic", async () => {
    const table = {
      x: [0.1, 0.3, 0.2, 0.6, 0.9, 0],
      y: [0.7, 0.5, 0.6, 0.2, 0.9, 0.1],
      s: [0.1, 0.9, 0.2, 0.8, 0.5, 0.4],
    };
    await service.post("tenths", columns(["x", "y", "s"], table), {}, "?capability=x&capability=y");
    const { correlations } = await service.json<Scores>(
      "/v1/matrices/tenths/correlations?measure=mean&benchmark=s",
    );
    // Ranks of the means 4/10 (four times), 9/10 and 5/100 against s: computed by hand with exact fractions.
    expect(correlations[0]?.rho).toBeCloseTo(0.169, 3);
  });
});

test("a declared scale without room between chance and best gives null with its reason, never a 5xx", async () => {
  const scores = ["a", "b", "c", "d"].flatMap((model, i) =>
    ["x", "y"].map((benchmark) => ({ model, benchmark, score: (i + 1) / 10 })),
  );
  for (const [i, scale] of [
    { direction: "lower", chance: 0, min: 0, max: 1 },
    { chance: 1, min: 0, max: 1 },
    { min: 0, max: 5e-324 },
    { min: -1.7e308, max: 1.7e308 },
  ].entries()) {
    const body = {
      benchmarks: [
        { benchmark: "x", kind: "capability", ...scale },
        { benchmark: "y", kind: "safety" },
      ],
      scores,
    };
    expect((await service.post(`scale-${i}`, body)).statusCode).toBe(201);
    for (const question of ["capabilities", "comparison", "correlations?measure=chanceAdjustedMean"]) {
      await service.json(`/v1/matrices/scale-${i}/${question}`);
    }
    const found = await service.json<{
      scores: { chanceAdjustedMean: null }[];
      warnings: { code: string }[];
    }>(`/v1/matrices/scale-${i}/capabilities`);
    expect(found.scores[0]?.chanceAdjustedMean).toBeNull();
    expect(found.warnings.map(({ code }) => code)).toContain("rangeUnknown");
  }
});

test("a cursor from elsewhere is refused", async () => {
  for (const url of [
    "/v1/matrices?cursor=ImFcdTAwMDBiIg",
    `/v1/matrices/safetywashing-2024/revisions?cursor=${Buffer.from("-1099511627776").toString("base64url")}`,
  ]) {
    await service.json(url, 422);
  }
});

test("a hundred capability benchmarks answer within two seconds, more without leave-one-out, and say so", async () => {
  const wide = (p: number) => {
    const scores = Array.from({ length: 10 }, (_, i) =>
      Array.from({ length: p }, (_, j) => ({
        model: `m${i}`,
        benchmark: `b${j}`,
        score: ((i * 7919 + j * 104_729) % 1009) / 1009,
      })),
    ).flat();
    return {
      benchmarks: Array.from({ length: p }, (_, j) => ({ benchmark: `b${j}`, kind: "capability" })),
      scores,
    };
  };
  for (const p of [100, 300]) {
    await service.post(`wide-${p}`, wide(p));
    const start = performance.now();
    const found = await service.json<Scores>(`/v1/matrices/wide-${p}/correlations?resamples=0`);
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(found.correlations[0]?.leaveOneOutRho === null).toBe(p > 100);
    expect(found.warnings.some(({ code }) => code === "leaveOneOutNotComputed")).toBe(p > 100);
  }
});

test("verdicts can be filtered on where there are any", async () => {
  const url = "/v1/matrices/safetywashing-2024/correlations?class=chat";
  const { correlations } = await service.json<{ correlations: { verdict: string }[] }>(
    `${url}&verdict=entangled&verdict=inverse`,
  );
  expect(new Set(correlations.map(({ verdict }) => verdict))).toEqual(new Set(["entangled", "inverse"]));
  await service.json(`${url}&verdict=nonsense`, 422);
  await service.json(`${url}&resamples=0&verdict=entangled`, 422);
});

test("the approximate z speaks of one coefficient only, and not of Kendall's", async () => {
  const z = async (correlation: string) => {
    const { benchmarks } = await service.json<{
      benchmarks: { benchmark: string; z: number | null; rho: { pc1: number } }[];
    }>(`/v1/matrices/safetywashing-2024/comparison?class=chat&correlation=${correlation}&benchmark=bbq_amb`);
    return benchmarks[0]?.z;
  };
  expect(await z("kendall")).toBeNull();
  expect(await z("pearson")).not.toBeNull();
});

test("an assumed chance level is named wherever its mean is used", async () => {
  const { warnings } = await service.json<Scores>(
    "/v1/matrices/safetywashing-2024/correlations?class=chat&measure=chanceAdjustedMean",
  );
  expect(warnings.map(({ code }) => code)).toContain("chanceAssumed");
});

test("a list of names stays a list of names when it is cut", async () => {
  const found = await service.json<{ ruleFlips: string[] }>(
    "/v1/matrices/safetywashing-2024/comparison?class=chat&rows=ruleFlips&limit=2",
  );
  expect(found.ruleFlips.map((name) => typeof name)).toEqual(["string", "string"]);
});

test("a check is against one class, a plus is part of a name, and nine models decide nothing", async () => {
  const check = (payload: object) =>
    service.ask({
      method: "POST",
      url: "/v1/check",
      payload: { against: "safetywashing-2024", benchmark: { name: "M" }, ...payload },
    });
  expect((await check({ class: "*", scores: { a: 1 } })).statusCode).toBe(422);
  const plus = (await check({ class: "chat", scores: { "Llama-2-13b-chat-hf+": 1 } })).json<{
    matched: unknown[];
  }>();
  expect(plus.matched).toEqual([]);
  const few = (
    await check({
      class: "chat",
      scores: {
        "Llama-2-7b-chat-hf": 1,
        "Llama-2-13b-chat-hf": 2,
        "Llama-2-70b-chat-hf": 3,
        "Qwen1.5-72B-Chat": 5,
        "Qwen1.5-110B-Chat": 4.5,
      },
    })
  ).json<{ conclusion: string }>();
  expect(few.conclusion).toContain("Fewer than 10 models decide nothing");
});

test("a key counts for a route however its URL is spelt", async () => {
  const headers = { "idempotency-key": "spelt" };
  await service.post("spelt", "model,x\na,1\n", headers);
  const again = await service.ask({
    method: "POST",
    url: "/v1/matrices/%73pelt/revisions/",
    headers: { "content-type": "text/csv", ...headers },
    payload: "model,x\na,1\n",
  });
  expect(again.headers["idempotency-replayed"]).toBe("true");
});
