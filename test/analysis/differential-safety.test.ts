import { describe, expect, test } from "vitest";
import type { DifferentialSafetyRow } from "../../src/analysis/differential-safety.js";
import { asked, BUNDLED, bytesOf, contentOf, reversed, toTenDigits } from "../asked.js";
import { expectNear } from "../golden.js";
import { GOLDEN_MATRICES, type GoldenResidual } from "../golden-questions.js";

interface Answer {
  ranking: DifferentialSafetyRow[];
  benchmarks: string[];
  outside: { above: number; below: number; expectedByChance: number };
  warnings: { code: string; names?: string[] }[];
  conclusion: string;
}

describe.each(GOLDEN_MATRICES)("numpy and scipy agree to 1e-9 on %s", (_, content, className, expected) => {
  test.each(Object.entries(expected.differential))("about %s", (benchmark, rows) => {
    const found = asked<Answer>("differential-safety", content, className, { benchmark: [benchmark] });
    for (const row of found.ranking) {
      const golden = rows[row.model] ?? null;
      expect(row.residual === null, `${row.model}: ${row.reason}`).toBe(golden === null);
      if (golden === null) continue;
      expectRow(row, golden);
      expect([row.trainedOn, row.training]).toEqual([golden.trainedOn, golden.training]);
      expectNear(row.safety, golden.safety, 1e-9, "safety");
      expectNear(row.expected, golden.expected, 1e-9, "expected");
      expectNear(row.standardised, golden.standardised, 1e-9, "r/SE");
      expectNear(row.interval?.low, golden.interval?.[0] ?? null, 1e-9, "low");
      expectNear(row.interval?.high, golden.interval?.[1] ?? null, 1e-9, "high");
    }
  });

  test.each(Object.entries(expected.areas))("about the area %s", (area, rows) => {
    const found = asked<Answer>("differential-safety", content, className, { area: [area] });
    for (const row of found.ranking) {
      const golden = rows[row.model] ?? null;
      expect(row.residual === null, `${row.model}: ${row.reason}`).toBe(golden === null);
      if (golden === null) continue;
      expectRow(row, golden);
      if (golden.benchmarks !== undefined) expect(row.benchmarks).toBe(golden.benchmarks);
    }
  });
});

function expectRow(row: DifferentialSafetyRow, golden: GoldenResidual): void {
  expectNear(row.residual, golden.residual, 1e-9, `residual of ${row.model}`);
  expect([row.extrapolated, row.rank], row.model).toEqual([golden.extrapolated, golden.rank]);
}

describe("the area's prediction interval", () => {
  const { ranking } = asked<Answer>("differential-safety", BUNDLED, "chat", { area: ["jailbreaks"] });

  test("holds the residual, and covers about as many models as its level says", () => {
    const bounded = ranking.filter(({ interval }) => interval !== null);
    expect(bounded.length).toBe(26);
    for (const { interval, residual } of bounded)
      expectNear(((interval?.low as number) + (interval?.high as number)) / 2, residual, 1e-12, "middle");
  });

  test("of one benchmark given twice is that of the benchmark, in standard deviations of its residuals", () => {
    const one = asked<Answer>("differential-safety", BUNDLED, "chat", { benchmark: ["ethics_all"] }).ranking;
    const scores = BUNDLED.matrix.models.flatMap(({ model, class: name }, i) => {
      const row = i * BUNDLED.matrix.benchmarks.length;
      const score = BUNDLED.matrix.scores[row + column("ethics_all")] as number;
      return name === "chat" ? [{ model, benchmark: "again", score }] : [];
    });
    const twice = asked<Answer>("differential-safety", withScores(scores), "chat", {
      benchmark: ["ethics_all", "again"],
    }).ranking;
    const residuals = one.map(({ residual }) => residual as number);
    const mean = residuals.reduce((sum, r) => sum + r, 0) / residuals.length;
    const sd = Math.sqrt(residuals.reduce((sum, r) => sum + (r - mean) ** 2, 0) / residuals.length);
    for (const row of twice) {
      const single = one.find(({ model }) => model === row.model) as DifferentialSafetyRow;
      const width = ({ interval }: DifferentialSafetyRow) =>
        (interval?.high as number) - (interval?.low as number);
      expectNear(row.residual, ((single.residual as number) - mean) / sd, 1e-9, row.model);
      expectNear(width(row), width(single) / sd, 1e-9, row.model);
    }
  });
});

function column(name: string): number {
  return BUNDLED.matrix.benchmarks.findIndex(({ benchmark }) => benchmark === name);
}

function withScores(more: readonly { model: string; benchmark: string; score: number }[]) {
  const { models, benchmarks, scores } = BUNDLED.matrix;
  const all = models.flatMap(({ model }, i) =>
    benchmarks.flatMap(({ benchmark }, j) => {
      const score = scores[i * benchmarks.length + j] as number;
      return Number.isNaN(score) ? [] : [{ model, benchmark, score }];
    }),
  );
  return contentOf({
    models,
    benchmarks: [...benchmarks, { benchmark: "again", kind: "safety" }],
    scores: [...all, ...more],
  });
}

test("the order of models and benchmarks moves nothing, nor does the unit of the benchmark", () => {
  const options = { area: ["truthfulness"] };
  const [plain, other] = [BUNDLED, reversed(BUNDLED)].map((content) =>
    toTenDigits(asked<Answer>("differential-safety", content, "base", options)),
  );
  expect(other?.ranking).toEqual(plain?.ranking);
  expect(other?.conclusion).toBe(plain?.conclusion);
  expect(bytesOf("differential-safety", BUNDLED, "base", options)).toBe(
    bytesOf("differential-safety", BUNDLED, "base", options),
  );
});

test("the conclusion counts intervals that leave 0 out against what chance gives", () => {
  const found = asked<Answer>("differential-safety", BUNDLED, "chat", {
    benchmark: ["HarmBench-HumanJailbreaks-all"],
  });
  expect(found.outside.above + found.outside.below).toBeLessThanOrEqual(2);
  expect(found.conclusion).toContain("no more than chance gives");
  expect(found.ranking.filter(({ extrapolated }) => extrapolated).every(({ rank }) => rank === null)).toBe(
    true,
  );
});

test("a part of the score is answered with a warning", () => {
  const { warnings } = asked<Answer>("differential-safety", BUNDLED, "chat", { benchmark: ["mmlu"] });
  expect(warnings).toContainEqual(expect.objectContaining({ code: "partOfScore", names: ["mmlu"] }));
});

test("models that declare no family are trained on all others", () => {
  const scores = Array.from({ length: 12 }, (_, i) => [
    { model: `m${i}`, benchmark: "x", score: i },
    { model: `m${i}`, benchmark: "y", score: (i * 7) % 12 },
  ]).flat();
  const benchmarks = [
    { benchmark: "x", kind: "capability" },
    { benchmark: "y", kind: "safety" },
  ];
  const found = asked<Answer>("differential-safety", contentOf({ benchmarks, scores }), "all", {
    benchmark: ["y"],
  });
  expect(new Set(found.ranking.map(({ trainedOn }) => trainedOn))).toEqual(new Set([11]));
  expect(found.ranking.filter(({ extrapolated }) => extrapolated).map(({ model }) => model)).toEqual([
    "m0",
    "m11",
  ]);
});

test("an exact line has no standard error, and says so", () => {
  const scores = Array.from({ length: 12 }, (_, i) => [
    { model: `m${i}`, benchmark: "x", score: i },
    { model: `m${i}`, benchmark: "y", score: 3 - 2 * i },
  ]).flat();
  const benchmarks = [
    { benchmark: "x", kind: "capability" },
    { benchmark: "y", kind: "safety" },
  ];
  const found = asked<Answer>("differential-safety", contentOf({ benchmarks, scores }), "all", {
    benchmark: ["y"],
  });
  expect(found.ranking.every(({ interval, rank }) => interval === null && rank === null)).toBe(true);
  expect(found.ranking.map(({ reason }) => reason)).toContain("exactFit");
});
