import { describe, expect, test } from "vitest";
import type { HorizonRow } from "../../src/analysis/horizons.js";
import type { ScalingFit } from "../../src/analysis/scaling.js";
import { asked, BUNDLED, bytesOf, contentOf, reversed, toTenDigits } from "../asked.js";
import { expectNear } from "../golden.js";
import { type Coefficients, GOLDEN_MATRICES } from "../golden-questions.js";

interface Answer {
  fit: ScalingFit;
  models: { model: string; log10Flop: number | null; score: number | null; reason: string | null }[];
  horizons: HorizonRow[];
  conclusion: string;
}

describe.each(GOLDEN_MATRICES)("scipy agrees to 1e-9 on %s", (_, content, className, { scaling }) => {
  const found = asked<Answer>("scaling", content, className);

  test("the score against compute", () => {
    const { fit } = scaling;
    expect(found.fit.n).toBe(fit.n);
    expectNear(found.fit.slope, fit.slope, 1e-9, "slope");
    expectNear(found.fit.r2, fit.r2, 1e-9, "R²");
    expectNear(found.fit.spearman, fit.spearman, 1e-9, "Spearman");
    expectNear(found.fit.slopeInterval?.low, fit.slopeInterval?.[0] ?? null, 1e-9, "low");
    expectNear(found.fit.slopeInterval?.high, fit.slopeInterval?.[1] ?? null, 1e-9, "high");
    expect(found.fit.slope === null).toBe(found.fit.reason !== null);
  });

  test("every horizon, its correlations and its returns to compute", () => {
    for (const row of found.horizons) {
      const expected = scaling.horizons[row.benchmark] ?? null;
      expect(row.reason === null, row.benchmark).toBe(expected !== null);
      if (expected === null) continue;
      row.lengths?.forEach((length, i) => {
        expectNear(length, expected.lengths[i] ?? null, 1e-9, `${row.benchmark} ${i}`);
      });
      for (const side of ["score", "log10Flop"] as const) {
        expect(row[side]?.n).toBe(expected[side].n);
        expectCoefficients(row[side]?.accuracy, expected[side].accuracy, `${row.benchmark} accuracy ${side}`);
        expectCoefficients(row[side]?.horizon, expected[side].horizon, `${row.benchmark} horizon ${side}`);
      }
      expect(row.returns?.n).toBe(expected.returns.n);
      expectNear(row.returns?.exponent, expected.returns.exponent, 1e-9, row.benchmark);
      expectNear(row.returns?.accuracyPerTenfold, expected.returns.accuracyPerTenfold, 1e-9, row.benchmark);
    }
  });
});

function expectCoefficients(found: Coefficients | undefined, expected: Coefficients, what: string): void {
  expectNear(found?.spearman, expected.spearman, 1e-9, what);
  expectNear(found?.pearson, expected.pearson, 1e-9, what);
}

test.each([
  ["base", 24, "0.965"],
  ["chat", 21, "0.943"],
] as const)("the score of the %s models ranks with FLOP as METHODS §13 prints", (name, n, rho) => {
  const { fit } = asked<Answer>("scaling", BUNDLED, name);
  expect([fit.n, fit.spearman?.toFixed(3)]).toEqual([n, rho]);
});

test("the order of models and benchmarks moves no number, and the same question has the same bytes", () => {
  const [plain, other] = [BUNDLED, reversed(BUNDLED)].map((content) =>
    toTenDigits(asked<Answer>("scaling", content, "chat")),
  );
  expect(other?.fit).toEqual(plain?.fit);
  expect(other?.models.toReversed()).toEqual(plain?.models);
  expect(
    other?.horizons.toReversed().map((row) => ({ ...row, lengths: row.lengths?.toReversed() ?? null })),
  ).toEqual(plain?.horizons);
  expect(other?.conclusion).toBe(plain?.conclusion);
  expect(bytesOf("scaling", BUNDLED, "chat")).toBe(bytesOf("scaling", BUNDLED, "chat"));
});

test("another reliability stretches every horizon alike", () => {
  const half = asked<Answer>("scaling", BUNDLED, "base").horizons[0] as HorizonRow;
  const most = asked<Answer>("scaling", BUNDLED, "base", { reliability: "0.8" }).horizons[0] as HorizonRow;
  most.lengths?.forEach((length, i) => {
    expectNear(length, ((half.lengths?.[i] as number) * Math.log(0.8)) / Math.log(0.5), 1e-9, `${i}`);
  });
});

describe("a perfect score", () => {
  const models = [..."abcd"].map((model, i) => ({ model, trainingFlop: 10 ** (22 + i) }));
  const scores = models.flatMap(({ model }, i) => [
    { model, benchmark: "x", score: 0.25 * (i + 1) },
    { model, benchmark: "y", score: 0.2 * (i + 1) },
  ]);
  const of = (items: number | null) =>
    asked<Answer>(
      "scaling",
      contentOf({
        models,
        benchmarks: [
          { benchmark: "x", kind: "safety", min: 0, max: 1, items },
          { benchmark: "y", kind: "capability", min: 0, max: 1 },
        ],
        scores,
      }),
      "all",
    ).horizons.find(({ benchmark }) => benchmark === "x") as HorizonRow;

  test("has no horizon where the number of items is not declared", () => {
    expect([of(null).lengths?.at(-1), of(null).unbounded]).toEqual([null, 1]);
  });

  test("counts as (m + ½)/(m + 1) of m items", () => {
    expectNear(of(99).lengths?.at(-1), Math.log(0.5) / Math.log(0.995), 1e-12, "99 items");
    expect(of(99).unbounded).toBe(0);
  });
});

test("models without compute leave a null fit with its reason, and no NaN", () => {
  const scores = [..."abcdef"].flatMap((model, i) => [{ model, benchmark: "x", score: i }]);
  const found = asked<Answer>(
    "scaling",
    contentOf({ benchmarks: [{ benchmark: "x", kind: "capability" }], scores }),
    "all",
  );
  expect([found.fit.slope, found.fit.reason, found.fit.n]).toEqual([null, "tooFewModels", 0]);
  expect(found.models.map(({ reason }) => reason)).toEqual(new Array(6).fill("noTrainingFlop"));
  expect(found.horizons[0]?.reason).toBe("rangeUnknown");
});
