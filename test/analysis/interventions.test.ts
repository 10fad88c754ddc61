import { describe, expect, test } from "vitest";
import type { DosePoint } from "../../src/analysis/dose-curves.js";
import type { Effect } from "../../src/analysis/effects.js";
import type { PairedChange } from "../../src/analysis/paired-changes.js";
import { answered, answerText, contentOf, contentOfFile, reversed } from "../asking.js";
import { expectNear, golden } from "../golden.js";
import { expectTested, type GoldenTest } from "../golden-changes.js";

interface Answer {
  effects: Effect[];
  pairs: Record<string, unknown>[];
  capability: PairedChange & { onScore: PairedChange };
  doses: DosePoint[];
  conclusion: string;
  warnings: { code: string; names?: string[] }[];
}
interface GoldenPair {
  model: string;
  parent: string;
  class: string;
  family: string;
  method: string;
  dose: number | null;
  score: number | null;
  parentScore: number | null;
  scoreChange: number | null;
  meanChange: number | null;
}
interface Golden {
  pairs: GoldenPair[];
  effects: {
    method: string;
    benchmark: string;
    change: GoldenTest;
    excess: GoldenTest;
    alignmentTax: number | null;
    alignmentTaxOnMean: number | null;
    extrapolated: number;
  }[];
  capability: GoldenTest;
  onScore: GoldenTest;
}
interface GoldenDose {
  method: string;
  benchmark: string;
  dose: number;
  pairs: number;
  safetyChange: number;
  capabilityChange: number;
  baselines: { baseline: string; outside: number; advantage: GoldenTest; safetyChange: number | null }[];
}
const { bundled, synthetic, cases } = golden<{
  bundled: Golden;
  synthetic: Golden & { doses: GoldenDose[] };
  cases: { class: string; body: object; expected: Golden }[];
}>("interventions");

const content = contentOfFile("data/safetywashing-2024.json");
const example = contentOfFile("docs/examples/synthetic-unlearning.json");
const BASELINES = { baseline: ["gradient ascent", "catastrophic forgetting"] };

describe("on the bundled matrix", () => {
  const found = answered<Answer>(content, "interventions", "chat", {});

  test("scipy agrees on every pair, effect and test to 1e-9", () => {
    expectGolden(found, bundled, "bundled");
  });

  test("METHODS §8: 23 pairs of 8 families, mean −.0300, HL −.0276, Wilcoxon p .0024, family p .141", () => {
    const { pairs, families, meanChange, hodgesLehmann, p, familyP } = found.capability;
    expect([pairs, families]).toEqual([23, 8]);
    expect([meanChange?.toFixed(4), hodgesLehmann?.toFixed(4)]).toEqual(["-0.0300", "-0.0276"]);
    expect([p?.toFixed(4), familyP?.toFixed(3)]).toEqual(["0.0024", "0.141"]);
    const winogrande = found.effects.find(({ benchmark }) => benchmark === "winogrande");
    expect([winogrande?.change.falls, winogrande?.change.pairs, winogrande?.method]).toEqual([
      23,
      23,
      "unspecified",
    ]);
  });

  test("families decide what the conclusion calls a fall", () => {
    expect(found.conclusion).toContain(
      "with whole families as the unit it is not (Wilcoxon p 0.0024, by family 0.141)",
    );
  });

  test("the order of models and benchmarks changes no number beyond its last digits", () => {
    const turned = answered<Answer>(reversed(content), "interventions", "chat", {});
    expect(found.pairs.length).toBe(turned.pairs.length);
    for (const row of found.effects) {
      const other = turned.effects.find(({ benchmark }) => benchmark === row.benchmark);
      for (const field of ["excessSafety", "safetyChange", "alignmentTax", "p", "familyP", "q"] as const)
        expectNear(other?.[field], row[field], 1e-10, `${row.benchmark} ${field}`);
    }
  });

  test("a parent that is excluded makes no pair, and is named", () => {
    const without = answered<Answer>(content, "interventions", "chat", { exclude: ["Llama-2-13b-hf"] });
    expect(without.pairs.length).toBe(22);
    expect(without.warnings.find(({ code }) => code === "parentMissing")?.names).toEqual([
      "Llama-2-13b-chat-hf",
    ]);
  });

  test("a class without parents is answered with null and a reason", () => {
    const { capability, effects, conclusion } = answered<Answer>(content, "interventions", "base", {});
    expect([capability.hodgesLehmann, capability.reason, effects]).toEqual([null, "noPairs", []]);
    expect(conclusion).toContain("No pairs");
  });
});

describe("on the synthetic example", () => {
  const found = answered<Answer>(example, "interventions", "treated", BASELINES);

  test("scipy agrees on every pair, effect and test to 1e-9", () => {
    expectGolden(found, synthetic, "synthetic");
  });

  test("numpy agrees on every dose and every comparison at equal capability", () => {
    expect(found.doses.length).toBe(synthetic.doses.length);
    for (const expected of synthetic.doses) {
      const what = `${expected.method} ${expected.dose} ${expected.benchmark}`;
      const own = found.doses.find(
        ({ method, dose, benchmark }) => `${method} ${dose} ${benchmark}` === what,
      ) as DosePoint;
      expect([own.pairs, own.baselines.length], what).toEqual([expected.pairs, expected.baselines.length]);
      expectNear(own.safetyChange, expected.safetyChange, 1e-9, what);
      expectNear(own.capabilityChange, expected.capabilityChange, 1e-9, what);
      for (const theirs of expected.baselines) {
        const beside = own.baselines.find(({ baseline }) => baseline === theirs.baseline);
        expect([beside?.outside, beside?.pairs], what).toEqual([theirs.outside, theirs.advantage.pairs]);
        expectNear(beside?.safetyChange, theirs.safetyChange, 1e-9, what);
        expectNear(beside?.advantage, theirs.advantage.hodgesLehmann, 1e-9, what);
        expectNear(beside?.interval?.low, theirs.advantage.interval?.[0] ?? null, 1e-9, what);
        expectNear(beside?.familyP, theirs.advantage.familyP, 1e-12, what);
        if (beside?.advantage === null) expect(beside.reason, what).not.toBeNull();
      }
    }
  });

  test("what was put in is found: routing and unlearning beat both baselines wherever they meet, ascent has no excess", () => {
    const hazards = found.doses.filter(({ benchmark }) => benchmark === "hazardous knowledge");
    const met = hazards.flatMap(({ baselines }) => baselines).filter(({ pairs }) => pairs >= 6);
    expect(met.length).toBeGreaterThan(8);
    for (const { interval } of met) expect(interval?.low).toBeGreaterThan(0);
    const ascent = found.effects.find(
      (e) => e.method === "gradient ascent" && e.benchmark === "hazardous knowledge",
    );
    expect(Math.abs(ascent?.excessSafety ?? 1)).toBeLessThan(0.01);
  });

  test("an unknown baseline is refused with the nearest methods", () => {
    expect(() => answered(example, "interventions", "treated", { baseline: ["gradient asent"] })).toThrow(
      /nearest: "gradient ascent"/,
    );
  });

  test("the same seed gives the same bytes", () => {
    const text = () => answerText(example, "interventions", "treated", { seed: "7", ...BASELINES });
    expect(text()).toBe(text());
  });
});

test("scipy agrees on 24 small matrices with gaps, ties, constants, models without family and several interventions", () => {
  expect(cases.length).toBe(24);
  for (const [number, { class: name, body, expected }] of cases.entries())
    expectGolden(answered<Answer>(contentOf(body), "interventions", name, {}), expected, `case ${number}`);
});

function expectGolden(found: Answer, expected: Golden, what: string): void {
  expect(found.pairs.map(({ model }) => model).sort(), what).toEqual(
    expected.pairs.map(({ model }) => model).sort(),
  );
  for (const pair of expected.pairs) {
    const own = found.pairs.find(({ model }) => model === pair.model) ?? {};
    expect([own.parent, own.parentClass, own.family, own.method, own.dose], `${what} ${pair.model}`).toEqual([
      pair.parent,
      pair.class,
      pair.family,
      pair.method,
      pair.dose,
    ]);
    for (const field of ["score", "parentScore", "scoreChange", "meanChange"] as const)
      expectNear(own[field] as number | null, pair[field], 1e-9, `${what} ${pair.model} ${field}`);
  }
  expectTested(found.capability, expected.capability, `${what} capability`);
  expectTested(found.capability.onScore, expected.onScore, `${what} score`);
  expect(found.effects.length, what).toBe(expected.effects.length);
  for (const row of expected.effects) {
    const at = `${what} ${row.method} ${row.benchmark}`;
    const own = found.effects.find(
      ({ method, benchmark }) => method === row.method && benchmark === row.benchmark,
    ) as Effect;
    expectTested(own.change, row.change, `${at} change`);
    expectNear(own.alignmentTax, row.alignmentTax, 1e-9, `${at} tax`);
    expectNear(own.alignmentTaxOnMean, row.alignmentTaxOnMean, 1e-9, `${at} tax on the mean`);
    expectNear(own.excessSafety, row.excess.hodgesLehmann, 1e-9, `${at} excess`);
    expectNear(own.interval?.low, row.excess.interval?.[0] ?? null, 1e-9, `${at} low`);
    expectNear(own.interval?.high, row.excess.interval?.[1] ?? null, 1e-9, `${at} high`);
    expectNear(own.p, row.excess.p, 1e-10, `${at} p`);
    expectNear(own.familyP, row.excess.familyP, 1e-12, `${at} family p`);
    expect(own.extrapolated, at).toBe(row.extrapolated);
    if (own.excessSafety === null) expect(own.reason, at).not.toBeNull();
  }
}
