import { expect } from "vitest";
import type { ComparisonRow } from "../src/analysis/comparison.js";
import type { CorrelationRow } from "../src/analysis/correlation-row.js";
import { CORRELATION_METHODS, type CorrelationMethod } from "../src/stats/correlation.js";
import type { Basis } from "../src/stats/principal-component.js";
import { expectNear } from "./golden.js";

type Measured = Record<string, number | null>;
interface GoldenBenchmark extends Record<CorrelationMethod, number | null> {
  n: number;
  intervals: { bonettWright: [number, number] | null };
  spearmanAgainst: Measured;
  difference: Measured;
  mengRosenthalRubin: { z: number } | null;
  leaveOneOutRho: number | null;
  requiredModels: number | null;
}
interface GoldenFit {
  eigenvalues: number[];
  weights: Measured;
  loadings: Measured;
  explainedVariance: number;
  scoreVarianceShare: number;
  tuckerCongruence: number;
  scores: Measured;
  agreement: { a: string; b: string; spearman: number; kendall: number }[];
  rankMoves: Measured;
  benchmarks: Record<string, GoldenBenchmark>;
  ruleFlips: string[];
}
export interface GoldenClass {
  models: string[];
  capability: string[];
  averages: Record<string, Measured>;
  bases: Record<Basis, GoldenFit>;
}

/** Asks a question of the class under test with the given options; the caller decides through which door. */
export type Asking = <Reply>(question: string, options: Record<string, string>) => Promise<Reply>;

interface CapabilitiesReply {
  scores: ({ model: string; pc1: number } & Measured)[];
  weights: { benchmark: string; weight: number; loading: number }[];
  eigenvalues: number[];
  explainedVariance: number;
  scoreVarianceShare: number;
}
interface ComparisonReply {
  measures: GoldenFit["agreement"];
  congruence: number;
  benchmarks: ComparisonRow[];
  ruleFlips: string[];
  rankMoves: { model: string; move: number }[];
}

/** Everything that the independent computation gives, to 1e-9; which measures exist depends on declared ranges. */
export async function expectGoldenClass(wanted: GoldenClass, basis: Basis, ask: Asking): Promise<void> {
  await expectCapabilities(wanted, basis, ask);
  await expectCorrelations(wanted, basis, ask);
  await expectComparison(wanted, basis, ask);
}

async function expectCapabilities(
  { averages, models, bases }: GoldenClass,
  basis: Basis,
  ask: Asking,
): Promise<void> {
  const wanted = bases[basis];
  const found = await ask<CapabilitiesReply>("capabilities", { basis });
  expect(found.scores.map(({ model }) => model)).toEqual(models);
  for (const row of found.scores) {
    expectNear(row.pc1, wanted.scores[row.model] ?? null, 1e-9, `pc1 of ${row.model}`);
    for (const [name, values] of Object.entries(averages)) {
      expectNear(row[name], values[row.model] ?? null, 1e-9, `${name} of ${row.model}`);
    }
  }
  expect(found.weights.length).toBe(Object.keys(wanted.weights).length);
  for (const { benchmark, weight, loading } of found.weights) {
    expectNear(weight, wanted.weights[benchmark] ?? null, 1e-9, `weight of ${benchmark}`);
    expectNear(loading, wanted.loadings[benchmark] ?? null, 1e-9, `loading of ${benchmark}`);
  }
  for (const [i, value] of wanted.eigenvalues.entries())
    expectNear(found.eigenvalues[i], value, 1e-9, `λ${i + 1}`);
  expectNear(found.explainedVariance, wanted.explainedVariance, 1e-9, "explained variance");
  expectNear(found.scoreVarianceShare, wanted.scoreVarianceShare, 1e-9, "score variance share");
}

async function expectCorrelations({ bases }: GoldenClass, basis: Basis, ask: Asking): Promise<void> {
  for (const correlation of CORRELATION_METHODS) {
    const { correlations } = await ask<{ correlations: CorrelationRow[] }>("correlations", {
      basis,
      correlation,
    });
    for (const [name, wanted] of Object.entries(bases[basis].benchmarks)) {
      const row = correlations.find(({ benchmark }) => benchmark === name);
      expect(row?.n, `n of ${name}`).toBe(wanted.n);
      expectNear(row?.rho, wanted[correlation], 1e-9, `${correlation} of ${name}`);
      if (correlation !== "spearman") continue;
      expectNear(row?.leaveOneOutRho, wanted.leaveOneOutRho, 1e-9, `leave-one-out of ${name}`);
      expectNear(
        row?.intervals.bonettWright?.low,
        wanted.intervals.bonettWright?.[0] ?? null,
        1e-9,
        `low of ${name}`,
      );
      expectNear(
        row?.intervals.bonettWright?.high,
        wanted.intervals.bonettWright?.[1] ?? null,
        1e-9,
        `high of ${name}`,
      );
      expect(row?.requiredModels, `required models of ${name}`).toBe(wanted.requiredModels);
    }
  }
}

async function expectComparison({ bases }: GoldenClass, basis: Basis, ask: Asking): Promise<void> {
  const wanted = bases[basis];
  const found = await ask<ComparisonReply>("comparison", { basis });
  expectNear(found.congruence, wanted.tuckerCongruence, 1e-9, "congruence");
  expect(found.ruleFlips).toEqual(wanted.ruleFlips);
  for (const { a, b, spearman, kendall } of wanted.agreement) {
    const pair = found.measures.find((m) => (m.a === a && m.b === b) || (m.a === b && m.b === a));
    expectNear(pair?.spearman, spearman, 1e-9, `Spearman of ${a} and ${b}`);
    expectNear(pair?.kendall, kendall, 1e-9, `Kendall of ${a} and ${b}`);
  }
  for (const { model, move } of found.rankMoves)
    expect(move, `move of ${model}`).toBe(wanted.rankMoves[model]);
  for (const [name, golden] of Object.entries(wanted.benchmarks)) {
    const row = found.benchmarks.find(({ benchmark }) => benchmark === name);
    for (const [measure, rho] of Object.entries(golden.spearmanAgainst)) {
      expectNear(row?.rho[measure as keyof ComparisonRow["rho"]], rho, 1e-9, `ρ of ${name} with ${measure}`);
    }
    expectNear(row?.difference, golden.difference.mean ?? null, 1e-9, `difference of ${name}`);
    if (row?.kind !== "capability")
      expectNear(row?.z, golden.mengRosenthalRubin?.z ?? null, 1e-9, `z of ${name}`);
  }
}
