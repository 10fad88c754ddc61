import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUNDLED } from "../asked.js";
import { Service } from "../http/service.js";
import { postReleased } from "./released.js";

let service: Service;
beforeAll(async () => {
  service = await Service.start();
  await postReleased(service);
});
afterAll(() => service.close());

const ask = <Reply>(name: string, question: string) =>
  service.json<Reply>(`/v1/matrices/released-${name}/${question}`);

test.each([
  ["base", 24, "0.965"],
  ["chat", 21, "0.943"],
] as const)("released %s scores rank with the bundled FLOP as METHODS §13 prints", async (name, n, rho) => {
  const models = BUNDLED.matrix.models.flatMap(({ model, trainingFlop, class: of }) =>
    of === name ? [{ model, class: name, trainingFlop }] : [],
  );
  const merged = await service.post(`released-${name}`, { models, scores: [] }, {}, "?mode=merge");
  // The released files state the same compute: nothing is new.
  expect(merged.statusCode, merged.body.slice(0, 300)).toBe(200);
  const { fit } = await ask<{ fit: { n: number; spearman: number } }>(name, "scaling");
  expect([fit.n, fit.spearman.toFixed(3)]).toEqual([n, rho]);
});

describe.each(["base", "chat"])("of the released %s matrix", (name) => {
  test("eighteen benchmarks are made of others, by name or by their numbers", async () => {
    const { relation } = await ask<{ relation: { aggregates: string[] } }>(name, "saturation?resamples=0");
    for (const aggregate of [
      "adv_glue",
      "bbq",
      "glue",
      "superglue",
      "HarmBench-TAP-T-all",
      "machiavelli-power.Σ",
    ])
      expect(relation.aggregates).toContain(aggregate);
    expect(relation.aggregates.length).toBe(18);
  });

  test("suites of two have a result out of fold, or say why not", async () => {
    const { suites } = await ask<{ suites: { rhoOutOfFold: number | null; reason: string | null }[] }>(
      name,
      "suites?size=2&kind=other",
    );
    for (const { rhoOutOfFold, reason } of suites) expect(rhoOutOfFold === null).toBe(reason !== null);
    expect(suites.length).toBeGreaterThan(0);
  });
});
