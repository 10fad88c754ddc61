import { describe, expect, test } from "vitest";
import { correlate } from "../../src/analysis/correlate.js";
import { type Fit, fitCapabilities } from "../../src/analysis/fit.js";
import { scoring } from "../../src/analysis/measure.js";
import { CORRELATION_METHODS, type CorrelationMethod } from "../../src/stats/correlation.js";
import { BASES, type Basis } from "../../src/stats/principal-component.js";
import { expectNear, golden, sliceOfCells } from "../golden.js";

type Target = { n: number; reason: string | null } & Record<CorrelationMethod, number | null>;
interface Expected {
  reason: string | null;
  models?: number[];
  kept?: number[];
  eigenvalues: number[] | null;
  explainedVariance: number | null;
  scoreVarianceShare: number | null;
  weights: number[] | null;
  scores: number[] | null;
  targets?: Target[];
  target?: Target;
}
interface Case {
  id?: number;
  name?: string;
  p?: number;
  cells: (number | null)[][];
  target?: (number | null)[];
  directions?: string[];
  models?: number[];
  kept?: number[];
  expected: Record<Basis, Expected>;
}

const random = golden<{ cases: Case[] }>("random").cases;
const edges = golden<{ cases: Case[] }>("edges").cases.filter((edge) => edge.directions === undefined);

describe.each(BASES)("numpy agrees on the %s basis", (basis) => {
  test("for 500 random matrices with ties, gaps and constant columns: score 1e-9, ρ 1e-12", () => {
    expect(random.length).toBe(500);
    for (const one of random) {
      const p = one.p as number;
      const fitted = fitCapabilities(sliceOfCells(one.cells, p, p + 2), basis, range(p));
      expectFit(fitted, one.expected[basis], one, `matrix ${one.id}`);
    }
  });

  test.each(edges.map((edge) => [edge.name, edge] as const))("in the edge case: %s", (_, edge) => {
    const p = edge.cells[0]?.length ?? 0;
    const rows = edge.cells.map((row, i) => [...row, edge.target?.[i] ?? null]);
    const fitted = fitCapabilities(sliceOfCells(rows, p, p + 1), basis, range(p));
    expectFit(fitted, edge.expected[basis], edge, edge.name ?? "");
  });
});

function expectFit(fitted: Fit, expected: Expected, one: Case, what: string): void {
  const models = expected.models ?? one.models;
  if (models !== undefined) expect(fitted.rows, what).toEqual(models);
  const kept = expected.kept ?? one.kept;
  if (kept !== undefined && fitted.rows.length > 0) expect(fitted.used, what).toEqual(kept);
  expect(fitted.component === null, `${what}: ${expected.reason}`).toBe((expected.scores ?? null) === null);
  expectList(fitted.spectrum?.eigenvalues, expected.eigenvalues, 1e-9, `${what}: eigenvalues`);
  expectNear(
    fitted.spectrum?.explainedVariance,
    expected.explainedVariance ?? null,
    1e-9,
    `${what}: explained variance`,
  );
  expectNear(
    fitted.component?.scoreVarianceShare,
    expected.scoreVarianceShare ?? null,
    1e-9,
    `${what}: score variance`,
  );
  expectList(fitted.component?.weights, expected.weights, 1e-9, `${what}: weights`);
  expectList(fitted.component?.scores, expected.scores, 1e-9, `${what}: scores`);
  const score = scoring(fitted, "pc1");
  const p = one.cells[0]?.length ?? 0;
  const targets = expected.targets ?? (expected.target ? [expected.target] : []);
  const first = expected.targets === undefined ? p : (one.p as number);
  targets.forEach((target, t) => {
    for (const method of CORRELATION_METHODS) {
      const found = correlate(score, fitted.slice.columns[first + t] as Float64Array, method);
      expectNear(found.rho, target[method], 1e-12, `${what}: ${method} of target ${t}`);
      if (target[method] === null) expect(found.reason, what).not.toBeNull();
    }
  });
}

function expectList(
  actual: Float64Array | undefined,
  expected: number[] | null | undefined,
  tolerance: number,
  what: string,
): void {
  expect(actual?.length ?? 0, what).toBe(expected?.length ?? 0);
  for (const [i, value] of (expected ?? []).entries())
    expectNear(actual?.[i], value, tolerance, `${what} ${i}`);
}

function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}
