import { afterAll, beforeAll, expect, test } from "vitest";
import { Service } from "./service.js";

let service: Service;
let chat: { model: string; class: string }[];
let ethics: Record<string, number>;
beforeAll(async () => {
  service = await Service.start();
  const base = "/v1/matrices/safetywashing-2024/revisions/1";
  chat = (await service.json<{ models: typeof chat }>(`${base}/models`)).models.filter(
    (m) => m.class === "chat",
  );
  const wide = await service.json<{ models: string[]; benchmarks: string[]; scores: number[][] }>(
    `${base}/scores?layout=wide`,
  );
  const column = wide.benchmarks.indexOf("ethics_all");
  ethics = Object.fromEntries(
    chat.map(({ model }) => [model, wide.scores[wide.models.indexOf(model)]?.[column] as number]),
  );
});
afterAll(() => service.close());

interface Checked {
  matched: { given: string; model: string }[];
  unmatched: { given: string; suggestions: string[] }[];
  correlation: {
    n: number;
    rho: number | null;
    reason: string | null;
    intervals: { bonettWright: { low: number } | null };
    requiredModels: number | null;
  };
  comparison: { rho: Record<string, number | null>; difference: number | null };
  sensitivity: { bounds: { low: number | null; high: number | null }[] };
  nearest: { benchmark: string; rho: number; n: number }[];
  conclusion: string;
}
const check = (scores: Record<string, number>, more: object = {}, status = 200) =>
  service.json<Checked>(
    {
      method: "POST",
      url: "/v1/check",
      payload: { against: "safetywashing-2024", class: "chat", benchmark: { name: "Mine" }, scores, ...more },
    },
    status,
  );

test("a benchmark of the matrix, checked as a new one, has its own correlation and is its own nearest", async () => {
  const found = await check(ethics);
  const { correlations } = await service.json<{ correlations: { rho: number; requiredModels: number }[] }>(
    "/v1/matrices/safetywashing-2024/correlations?class=chat&benchmark=ethics_all",
  );
  expect(found.correlation.n).toBe(26);
  expect(found.correlation.rho).toBe(correlations[0]?.rho);
  expect(found.correlation.requiredModels).toBe(23);
  expect(found.nearest[0]).toEqual({ benchmark: "ethics_all", rho: 1, n: 26 });
  expect(found.conclusion).toContain("all of it above 0.4");
});

test("direction lower turns the sign", async () => {
  const up = await check(ethics);
  const down = await check(ethics, { benchmark: { name: "Mine", direction: "lower" } });
  expect(down.correlation.rho).toBe(0 - (up.correlation.rho as number));
});

test("names match across organisation, case, spaces and punctuation; a doubtful one is suggested, never used", async () => {
  const found = await check({
    "meta-llama/Llama-2-7b-chat-hf": 0.3,
    "llama 2 13B chat HF": 0.4,
    "Llama 2 70B Chat": 0.5,
    "qwen1.5_72b_chat": 0.6,
    "Llama-2-chat": 0.7,
    "gemma-11-7b-it": 0.8,
    "Llama-2-7b-hf": 0.1,
    __proto__x: 0.2,
  });
  expect(found.matched).toEqual([
    { given: "meta-llama/Llama-2-7b-chat-hf", model: "Llama-2-7b-chat-hf" },
    { given: "llama 2 13B chat HF", model: "Llama-2-13b-chat-hf" },
    { given: "Llama 2 70B Chat", model: "Llama-2-70b-chat-hf" },
    { given: "qwen1.5_72b_chat", model: "Qwen1.5-72B-Chat" },
  ]);
  expect(found.unmatched.map(({ given }) => given)).toEqual([
    "Llama-2-chat",
    "gemma-11-7b-it",
    "Llama-2-7b-hf",
    "__proto__x",
  ]);
  expect(found.unmatched[1]?.suggestions).toContain("gemma-1.1-7b-it");
  expect(found.correlation.n).toBe(4);
});

test("two names for one model use one of them and name the other", async () => {
  const found = await check({ "meta-llama/Llama-2-7b-chat-hf": 0.3, "Llama-2-7b-chat-hf": 0.9 });
  expect(found.matched).toEqual([{ given: "Llama-2-7b-chat-hf", model: "Llama-2-7b-chat-hf" }]);
  expect(found.unmatched).toEqual([
    { given: "meta-llama/Llama-2-7b-chat-hf", suggestions: ["Llama-2-7b-chat-hf"] },
  ]);
});

test("fewer than three matched models give null and a reason", async () => {
  const found = await check({ "Llama-2-7b-chat-hf": 0.3, "Yi-6B-Chat": 0.4, unknown: 1 });
  expect(found.correlation).toMatchObject({ n: 2, rho: null, reason: "tooFewModels" });
  expect(found.conclusion).toMatch(/^No correlation/);
});

test("all scores equal give null and a reason", async () => {
  const found = await check(Object.fromEntries(chat.map(({ model }) => [model, 0.5])));
  expect(found.correlation).toMatchObject({ n: 26, rho: null, reason: "constant" });
});

test("wrong bodies are located", async () => {
  for (const [more, pointer] of [
    [{ against: "No Such Name" }, "/against"],
    [{ benchmark: { name: "x", direction: "up" } }, "/benchmark/direction"],
    [{ scores: { a: "0.5" } }, "/scores/a"],
    [{ scores: {} }, "/scores"],
    [{ extra: 1 }, "/extra"],
  ] as const) {
    const problem = (await check(ethics, more, 422)) as unknown as { errors: { pointer: string }[] };
    expect(
      problem.errors.map((e) => e.pointer),
      JSON.stringify(more),
    ).toContain(pointer);
  }
});

test("the same key with the same body is answered the same, and nothing is stored", async () => {
  const request = {
    method: "POST" as const,
    url: "/v1/check",
    headers: { "idempotency-key": "c1" },
    payload: { against: "safetywashing-2024", class: "chat", benchmark: { name: "Mine" }, scores: ethics },
  };
  const [first, again] = [await service.ask(request), await service.ask(request)];
  expect(again.body).toBe(first.body);
  expect((await service.json<{ matrices: unknown[] }>("/v1/matrices")).matrices.length).toBe(1);
});
