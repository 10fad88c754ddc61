import { describe, expect, test } from "vitest";
import { CORRELATION_METHODS, type CorrelationMethod, correlation } from "../../src/stats/correlation.js";
import { correlationInterval } from "../../src/stats/correlation-interval.js";
import { mengRosenthalRubin } from "../../src/stats/dependent-correlations.js";
import { normalCdf, normalQuantile } from "../../src/stats/normal.js";
import { midranks } from "../../src/stats/ranks.js";
import { requiredModels } from "../../src/stats/required-models.js";
import { expectNear, golden } from "../golden.js";

type Bounds = [number, number] | null;
interface Intervals {
  bonettWright: Bounds;
  pearsonFisher: Bounds;
  kendall: Bounds;
}
interface Tables {
  midranks: { values: number[]; ranks: number[] }[];
  pairs: ({ x: number[]; y: number[]; n: number; intervals: Intervals } & Record<
    CorrelationMethod,
    number | null
  >)[];
  normal: { x: number; phi: number }[];
  normalInverse: { p: number; x: number }[];
  intervals: ({ r: number; n: number } & Intervals)[];
  requiredModels: { rho: number; tau: number; n: number | null }[];
  mengRosenthalRubin: { r1: number; r2: number; rx: number; n: number; expected: { z: number } | null }[];
}

const tables = golden<Tables>("stats");
const INTERVAL_OF = { spearman: "bonettWright", pearson: "pearsonFisher", kendall: "kendall" } as const;

describe("scipy and mpmath agree", () => {
  test("on midranks, exactly", () => {
    for (const { values, ranks } of tables.midranks)
      expect([...midranks(Object.freeze(values))]).toEqual(ranks);
  });

  test.each(CORRELATION_METHODS)("on %s to 1e-12", (method) => {
    for (const [i, pair] of tables.pairs.entries()) {
      expectNear(
        correlation(Object.freeze(pair.x), Object.freeze(pair.y), method),
        pair[method],
        1e-12,
        `pair ${i}`,
      );
    }
  });

  test("on Φ to 1e-12 relative down to 1e-300, and on its inverse to 1e-9", () => {
    for (const { x, phi } of tables.normal)
      expect(Math.abs(normalCdf(x) / phi - 1), `Φ(${x})`).toBeLessThan(1e-12);
    for (const { p, x } of tables.normalInverse) expectNear(normalQuantile(p), x, 1e-9, `Φ⁻¹(${p})`);
  });

  test.each(CORRELATION_METHODS)("on the closed-form interval of %s to 1e-9", (method) => {
    for (const row of tables.intervals) {
      const expected = row[INTERVAL_OF[method]];
      const found = correlationInterval(row.r, row.n, 0.95, method);
      expectNear(found?.low, expected?.[0] ?? null, 1e-9, `low of ${row.r}, ${row.n}`);
      expectNear(found?.high, expected?.[1] ?? null, 1e-9, `high of ${row.r}, ${row.n}`);
    }
  });

  test("on the models that a verdict takes, exactly", () => {
    for (const { rho, tau, n } of tables.requiredModels)
      expect(requiredModels(rho, tau), `ρ ${rho}, τ ${tau}`).toBe(n);
  });

  test("on Meng, Rosenthal and Rubin's z to 1e-9", () => {
    for (const { r1, r2, rx, n, expected } of tables.mengRosenthalRubin) {
      expectNear(mengRosenthalRubin(r1, r2, rx, n), expected?.z ?? null, 1e-9, `${r1}, ${r2}, ${rx}, ${n}`);
    }
  });
});
