import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CorrelationRow } from "../../src/analysis/correlation-row.js";
import { BASES } from "../../src/stats/principal-component.js";
import { expectGoldenClass, type GoldenClass } from "../expect-released.js";
import { expectNear, golden } from "../golden.js";
import { Service } from "../http/service.js";
import { postReleased } from "./released.js";

/** Explained variance and score variance share as the paper's script and two other programs give them, to four digits. */
const EXPLAINED = {
  base: { spearman: 0.7826, pearson: 0.7693 },
  chat: { spearman: 0.7076, pearson: 0.7376 },
};
const AGREEMENT = { base: 0.9915, chat: 0.9891 };
const RULE_FLIPS = { base: 1, chat: 9 };
const OTHER_COLUMNS = { base: 164, chat: 166 };

interface Printed {
  halfUnit: Record<"explainedVariance" | "capabilityCorrelations" | "correlations" | "scores", number>;
  base: PrintedClass;
  chat: PrintedClass;
}
interface PrintedClass {
  explainedVariance: number;
  capabilityCorrelations: Record<string, number>;
  correlations: Record<string, number>;
  scores: Record<string, number>;
}
const printed = golden<Printed>("published");
const { classes } = golden<{ classes: Record<"base" | "chat", GoldenClass> }>("released");

let service: Service;
beforeAll(async () => {
  service = await Service.start();
  await postReleased(service);
});
afterAll(() => service.close());

const ask =
  (name: string) =>
  async <Reply>(question: string, options: Record<string, string>) =>
    service.json<Reply>(
      `/v1/matrices/released-${name}/${question}?${new URLSearchParams({ class: name, ...options })}`,
    );

describe.each(["base", "chat"] as const)("the released %s matrix, posted as it is,", (name) => {
  test("gives every correlation that the paper's script printed, to half a unit of its last digit", async () => {
    const { correlations } = await ask(name)<{ correlations: CorrelationRow[] }>("correlations", {});
    const found = new Map(correlations.map((row) => [row.benchmark, row]));
    const { capabilityCorrelations, correlations: others } = printed[name];
    expect(Object.keys(capabilityCorrelations).length).toBe(12);
    expect(Object.keys(others).length).toBe(OTHER_COLUMNS[name]);
    expect(correlations.length).toBe(12 + OTHER_COLUMNS[name]);
    for (const [benchmark, rho] of Object.entries(capabilityCorrelations)) {
      expectWithin(found.get(benchmark)?.rho, rho, printed.halfUnit.capabilityCorrelations, benchmark);
    }
    for (const [benchmark, rho] of Object.entries(others)) {
      expectWithin(found.get(benchmark)?.rho, rho, printed.halfUnit.correlations, benchmark);
    }
  });

  test("gives the capability scores and the explained variance that it printed", async () => {
    const found = await ask(name)<{ scores: { model: string; pc1: number }[]; explainedVariance: number }>(
      "capabilities",
      {},
    );
    expectWithin(
      found.explainedVariance,
      printed[name].explainedVariance,
      printed.halfUnit.explainedVariance,
      "explained variance",
    );
    expect(found.scores.length).toBe(Object.keys(printed[name].scores).length);
    for (const { model, pc1 } of found.scores) {
      expectWithin(pc1, printed[name].scores[model] as number, printed.halfUnit.scores, model);
    }
  });

  test.each(BASES)(
    "gives on the %s basis every answer of the independent computation, to 1e-9",
    async (basis) => {
      const { explainedVariance } = await ask(name)<{ explainedVariance: number }>("capabilities", { basis });
      expect(explainedVariance.toFixed(4)).toBe(String(EXPLAINED[name][basis]));
      await expectGoldenClass(classes[name], basis, ask(name));
    },
  );

  test("compares PC1 with the mean as METHODS §3 states", async () => {
    const found = await ask(name)<{
      measures: { a: string; b: string; spearman: number }[];
      ruleFlips: string[];
    }>("comparison", {});
    const pair = found.measures.find(({ a, b }) => a === "pc1" && b === "mean");
    expect(pair?.spearman.toFixed(4)).toBe(String(AGREEMENT[name]));
    expect(found.ruleFlips.length).toBe(RULE_FLIPS[name]);
  });

  test("has the bundled matrix's correlations on its headline benchmarks", async () => {
    const released = await ask(name)<{ correlations: CorrelationRow[] }>("correlations", {});
    const bundled = await service.json<{ correlations: CorrelationRow[] }>(
      `/v1/matrices/safetywashing-2024/correlations?class=${name}`,
    );
    const full = new Map(released.correlations.map((row) => [row.benchmark, row.rho]));
    const shared = bundled.correlations.filter(({ n }) => n > 0);
    expect(shared.length).toBe(name === "base" ? 82 : 84);
    for (const { benchmark, rho } of shared) expectNear(rho, full.get(benchmark) ?? null, 1e-12, benchmark);
  });
});

test("BBQ ambiguous, chat, changes side between PC1 and the mean", async () => {
  const { benchmarks } = await ask("chat")<{
    benchmarks: { benchmark: string; rho: { pc1: number; mean: number }; z: number }[];
  }>("comparison", {});
  const row = benchmarks.find(({ benchmark }) => benchmark === "bbq_amb");
  expect([row?.rho.pc1.toFixed(3), row?.rho.mean.toFixed(3), row?.z.toFixed(3)]).toEqual([
    "-0.373",
    "-0.430",
    "2.010",
  ]);
});

/** A printed figure stands for all that round to it; 1e-12 is for the rounding of the bounds themselves. */
function expectWithin(
  actual: number | null | undefined,
  shown: number,
  halfUnit: number,
  what: string,
): void {
  expect(
    Math.abs((actual ?? Number.NaN) - shown),
    `${what}: ${actual}, printed ${shown}`,
  ).toBeLessThanOrEqual(halfUnit + 1e-12);
}
