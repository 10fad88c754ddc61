import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type * as z from "zod";
import type { confounding } from "../../src/analysis/confounding.js";
import { Service } from "../http/service.js";
import { postReleased } from "./released.js";

type Answer = { [Field in keyof typeof confounding.shape]: z.infer<(typeof confounding.shape)[Field]> };
interface Described {
  model: string;
  class: string;
}

let service: Service;
beforeAll(async () => {
  service = await Service.start();
  await postReleased(service);
  const { models } = JSON.parse(
    readFileSync(new URL("../../data/safetywashing-2024.json", import.meta.url), "utf8"),
  ) as { models: Described[] };
  for (const name of ["base", "chat"]) {
    const own = models.filter((model) => model.class === name);
    const reply = await service.post(`released-${name}`, { models: own }, {}, "?mode=merge");
    expect(reply.statusCode, reply.body.slice(0, 500)).toBe(201);
  }
});
afterAll(() => service.close());

const ask = (name: "base" | "chat", given: string) =>
  service.json<Answer>(
    `/v1/matrices/released-${name}/confounding?class=${name}&given=${given}&resamples=2000`,
  );
const rowOf = <Row extends { benchmark: string }>(rows: readonly Row[], name: string) =>
  rows.find(({ benchmark }) => benchmark === name) as Row;

describe("METHODS §6 on the released matrices", () => {
  test.each([
    ["chat", "ethics_all", 21, 0.788, 0.107],
    ["chat", "MT_Bench", 21, 0.771, 0.152],
    ["chat", "wmdp_bio", 21, -0.861, -0.102],
    ["base", "ethics_all", 24, 0.733, 0.438],
  ] as const)(
    "%s %s given FLOP, on the same %i models: %f becomes %f, and is collinear",
    async (...figures) => {
      const [name, benchmark, n, rho, partialRho] = figures;
      const row = rowOf((await ask(name, "trainingFlop")).benchmarks, benchmark);
      expect(row.n).toBe(n);
      expect(row.rho).toBeCloseTo(rho, 3);
      expect(row.partialRho).toBeCloseTo(partialRho, 3);
      const [one] = row.collinear;
      expect(one?.covariate).toBe("trainingFlop");
      expect(one?.rho).toBeCloseTo(name === "chat" ? 0.943 : 0.965, 3);
      if (name === "chat") expect(one?.vif).toBeCloseTo(9.1, 1);
    },
  );

  test("given date, chat: the correlations stay, and the score hardly goes with the date", async () => {
    const found = await ask("chat", "releasedOn");
    for (const [benchmark, partialRho] of [
      ["ethics_all", 0.827],
      ["MT_Bench", 0.816],
      ["wmdp_bio", -0.896],
    ] as const) {
      const row = rowOf(found.benchmarks, benchmark);
      expect(row.partialRho, benchmark).toBeCloseTo(partialRho, 3);
      expect(row.collinear).toEqual([]);
    }
    expect(found.covariates[0]?.rho).toBeCloseTo(0.21, 2);
  });

  test("within families, chat", async () => {
    const { withinFamily } = await ask("chat", "family");
    for (const [benchmark, gamma] of [
      ["ethics_all", 0.756],
      ["MT_Bench", 0.951],
      ["wmdp_bio", -0.951],
      ["bbq_amb", 0.073],
      ["HarmBench-HumanJailbreaks-all", 0],
    ] as const) {
      expect(rowOf(withinFamily, benchmark).gamma, benchmark).toBeCloseTo(gamma, 3);
    }
    expect(rowOf(withinFamily, "ethics_all").pairs).toBe(41);
  });

  test("split at the median date, chat: 2023 and 2024", async () => {
    const { eras } = await ask("chat", "releasedOn");
    const harmbench = rowOf(eras, "HarmBench-HumanJailbreaks-all");
    expect(harmbench.earlier.to?.slice(0, 4)).toBe("2023");
    expect(harmbench.later.from?.slice(0, 4)).toBe("2024");
    expect(harmbench.earlier.rho).toBeCloseTo(-0.61, 2);
    expect(harmbench.later.rho).toBeCloseTo(-0.26, 2);
    const ethics = rowOf(eras, "ethics_all");
    expect(ethics.earlier.rho).toBeCloseTo(0.75, 2);
    expect(ethics.later.rho).toBeCloseTo(0.89, 2);
  });
});
