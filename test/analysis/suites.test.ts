import { describe, expect, test } from "vitest";
import type { SuiteRow } from "../../src/analysis/suites.js";
import { BestSuites } from "../../src/stats/best-suites.js";
import { climbSuites, exhaustSuites, LEAST_ALPHA, startsOf } from "../../src/stats/search-suites.js";
import { SuiteSample } from "../../src/stats/suite-sample.js";
import { asked, BUNDLED, bytesOf, reversed, toTenDigits } from "../asked.js";
import { expectNear } from "../golden.js";
import { GOLDEN_MATRICES } from "../golden-questions.js";

interface Answer {
  suites: SuiteRow[];
  candidates: number;
  possible: number | null;
  exhaustive: boolean | null;
  folds: { by: string | null; count: number };
  reason: string | null;
  conclusion: string;
  warnings: { code: string; names?: string[] }[];
}

describe.each(GOLDEN_MATRICES)("numpy and scipy agree to 1e-9 on %s", (_, content, className, { suites }) => {
  test.each(Object.entries(suites))("for suites of %s", (size, golden) => {
    const found = asked<Answer>("suites", content, className, { size });
    expect(found.suites.map(({ benchmarks }) => benchmarks)).toEqual(
      golden.suites.map(({ benchmarks }) => benchmarks),
    );
    found.suites.forEach((row, k) => {
      const expected = golden.suites[k] as (typeof golden.suites)[number];
      for (const name of ["rhoOptimised", "alpha", "rhoOutOfFold"] as const)
        expectNear(row[name], expected[name], 1e-9, `${name} of ${row.benchmarks.join(" + ")}`);
      expect([row.n, row.cancels, row.foldsAgreeing]).toEqual([
        expected.n,
        expected.cancels,
        expected.foldsAgreeing,
      ]);
      expect(row.rhoOutOfFold === null).toBe(row.reason !== null);
    });
    if (golden.suites.length > 0) expect(found.folds).toEqual(golden.folds);
    else expect(found.reason).not.toBeNull();
  });
});

describe("of the bundled chat models", () => {
  const found = asked<Answer>("suites", BUNDLED, "chat");

  test("all 43 680 suites of three are tried, and none holds an aggregate with its part", () => {
    expect([found.candidates, found.possible, found.exhaustive]).toEqual([65, 43_680, true]);
    for (const { benchmarks, alpha } of found.suites) {
      expect(alpha).toBeGreaterThanOrEqual(LEAST_ALPHA);
      const discrim = benchmarks.filter((name) => name.startsWith("discrim_eval_"));
      expect(benchmarks.includes("discrim_eval") && discrim.length > 0).toBe(false);
    }
  });

  test("selection flatters: the result is out of fold, further from 0 than what was optimised", () => {
    const [best] = found.suites as [SuiteRow];
    expect(Math.abs(best.rhoOptimised)).toBeLessThan(0.01);
    expect(Math.abs(best.rhoOutOfFold as number)).toBeGreaterThan(0.1);
    expect(found.conclusion).toContain("selection flattered it");
  });

  test("a benchmark that a scored model has not taken is not chosen from, and named", () => {
    expect(found.warnings).toContainEqual(
      expect.objectContaining({ code: "incompleteBenchmarks", names: ["LMSYS_Chatbot_Arena"] }),
    );
  });

  test("the order of models and benchmarks moves nothing; the same question has the same bytes", () => {
    const other = asked<Answer>("suites", reversed(BUNDLED), "chat");
    expect(toTenDigits(other.suites)).toEqual(toTenDigits(found.suites));
    expect(bytesOf("suites", BUNDLED, "chat")).toBe(bytesOf("suites", BUNDLED, "chat"));
  });

  test("suites of six are searched by swaps, and said not to be all", () => {
    const six = asked<Answer>("suites", BUNDLED, "chat", { size: "6" });
    expect([six.exhaustive, six.suites[0]?.benchmarks.length]).toEqual([false, 6]);
    expect(six.conclusion).toContain("not all tried");
    expect(six.suites.every(({ alpha }) => alpha >= LEAST_ALPHA)).toBe(true);
  });

  test("another kind has other candidates; parts of the score are none", () => {
    expect(asked<Answer>("suites", BUNDLED, "chat", { kind: ["other"], size: "2" }).candidates).toBe(6);
    expect(asked<Answer>("suites", BUNDLED, "chat", { kind: ["capability"] }).reason).toBe(
      "tooFewBenchmarks",
    );
  });
});

describe("the search by swaps", () => {
  const [n, m] = [20, 12];
  const wave = (i: number, j: number) => Math.sin(i * (2.1 + j)) + Math.cos(i * i + j) + Math.sin(i * 1.7);
  const candidates = {
    models: n,
    benchmarks: m,
    values: Float64Array.from({ length: n * m }, (_, at) => wave(at % n, Math.floor(at / n))),
    score: Float64Array.from({ length: n }, (_, i) => i),
    excluded: new Uint8Array(m * m),
  };
  const sample = new SuiteSample(
    candidates,
    Int32Array.from({ length: n }, (_, i) => i),
  );

  test.each([2, 3, 4])(
    "finds no suite of %i better than the best of all, and each is one of them",
    (size) => {
      const all = exhaustSuites(sample, { size, most: 10_000 }, 0, m);
      const climbed = climbSuites(sample, { size, most: 10 }, startsOf(sample, m));
      expect(climbed.length).toBeGreaterThan(0);
      const rho = (suite: { rho: number } | undefined) => Math.abs(suite?.rho ?? Number.NaN);
      expect(rho(climbed[0])).toBeGreaterThanOrEqual(rho(all[0]) - 1e-12);
      const names = new Set(all.map(({ members }) => members.join()));
      for (const { members } of climbed) expect(names).toContain(members.join());
    },
  );

  test("stretches of first members find what one search finds", () => {
    const whole = exhaustSuites(sample, { size: 3, most: 10 }, 0, m);
    const best = new BestSuites(10);
    for (let from = 0; from < m; from += 5) {
      for (const suite of exhaustSuites(sample, { size: 3, most: 10 }, from, Math.min(m, from + 5)))
        best.offer(suite);
    }
    expect(best.kept).toEqual(whole);
  });

  test("keeps to what may not stand together", () => {
    const excluded = new Uint8Array(m * m).fill(1);
    const apart = new SuiteSample(
      { ...candidates, excluded },
      Int32Array.from({ length: n }, (_, i) => i),
    );
    expect(exhaustSuites(apart, { size: 2, most: 10 }, 0, m)).toEqual([]);
    expect(climbSuites(apart, { size: 2, most: 10 }, startsOf(apart, m))).toEqual([]);
  });
});
