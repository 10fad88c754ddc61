import { describe, expect, test } from "vitest";
import type { Relation } from "../../src/analysis/saturation-relation.js";
import type { SaturationRow } from "../../src/analysis/saturation-row.js";
import { RESAMPLED_SCORES } from "../../src/stats/resampled-score.js";
import { asked, BUNDLED, bytesOf, contentOf, reversed, toTenDigits } from "../asked.js";
import { expectNear } from "../golden.js";
import { BUNDLED_CLASSES, GOLDEN_MATRICES } from "../golden-questions.js";

interface Answer {
  benchmarks: SaturationRow[];
  scoreReliability: number | null;
  relation: Relation;
  conclusion: string;
}
const NUMBERS = [
  "n",
  "headroom",
  "atCeiling",
  "resolution",
  "index",
  "spreadRatio",
  "rho",
  "reliability",
  "disattenuatedRho",
] as const;

describe.each(GOLDEN_MATRICES)(
  "numpy and scipy agree to 1e-9 on %s",
  (_, content, className, { saturation }) => {
    const found = asked<Answer>("saturation", content, className, { resamples: "0" });

    test("every figure of every benchmark, and why others are null", () => {
      for (const row of found.benchmarks) {
        const golden = saturation.benchmarks[row.benchmark] as Record<string, number | null>;
        for (const name of NUMBERS)
          expectNear(row[name], golden[name] ?? null, 1e-9, `${row.benchmark} ${name}`);
        const { headroom, errors, spreadRatio, rho, disattenuatedRho } = row.reasons;
        expect([row.headroom === null, row.spreadRatio === null], row.benchmark).toEqual([
          headroom !== null,
          spreadRatio !== null,
        ]);
        expect([row.rho === null, row.disattenuatedRho === null], row.benchmark).toEqual([
          rho !== null,
          disattenuatedRho !== null,
        ]);
        expect(row.atCeiling === null || row.resolution === null, row.benchmark).toBe(errors !== null);
      }
      expectNear(found.scoreReliability, saturation.scoreReliability, 1e-9, "reliability of the score");
    });

    test("the relation of |ρ| and headroom", () => {
      const { all, outsideScore, disattenuated } = saturation.relation;
      for (const [own, golden] of [
        [found.relation, all],
        [found.relation.outsideScore, outsideScore],
        [found.relation.disattenuated, disattenuated],
      ] as const) {
        expect(own.n).toBe(golden.n);
        expectNear(own.spearman, golden.spearman, 1e-9, "relation");
        expect(own.interval).toBeNull();
        expect(own.reason).not.toBeNull();
      }
    });
  },
);

describe.each(["base", "chat"] as const)("the bootstrap of the %s models", (name) => {
  test("gives the interval of 20 000 independent resamples, within four Monte Carlo errors", () => {
    const { relation } = asked<Answer>("saturation", BUNDLED, name);
    const { all, outsideScore } = BUNDLED_CLASSES[name].bootstrap;
    for (const [own, golden] of [
      [relation, all],
      [relation.outsideScore, outsideScore],
    ] as const) {
      expect(Math.abs((own.interval?.low as number) - golden.interval[0])).toBeLessThan(4 * golden.se[0]);
      expect(Math.abs((own.interval?.high as number) - golden.interval[1])).toBeLessThan(4 * golden.se[1]);
      expect(own.usableResamples).toBe(10_000);
    }
  });
});

test("six benchmarks of the bundled matrix are made of others, and are not in the relation", () => {
  const { relation, benchmarks } = asked<Answer>("saturation", BUNDLED, "chat", { resamples: "0" });
  const expected = ["ethics_all", "discrim_eval", "truthfulqa_truth*info", "halueval", "wmdp", "rules_all"];
  expect(relation.aggregates).toEqual(expected);
  expect(benchmarks.filter(({ aggregate }) => aggregate).length).toBe(expected.length);
});

test("the order of models and benchmarks moves nothing; one seed has one answer, another seed another", () => {
  const [plain, other] = [BUNDLED, reversed(BUNDLED)].map((content) =>
    toTenDigits(asked<Answer>("saturation", content, "chat", { resamples: "2000" })),
  );
  expect(other?.benchmarks.toReversed()).toEqual(plain?.benchmarks);
  expect({ ...other?.relation, aggregates: null }).toEqual({ ...plain?.relation, aggregates: null });
  const bytes = (seed: string) => bytesOf("saturation", BUNDLED, "chat", { resamples: "2000", seed });
  expect(bytes("1")).toBe(bytes("1"));
  expect(
    asked<Answer>("saturation", BUNDLED, "chat", { resamples: "2000", seed: "1" }).relation.interval,
  ).not.toEqual(plain?.relation.interval);
});

test("families drawn instead of models, and other measures, have intervals of their own", () => {
  for (const options of [
    { resampleBy: "families" },
    ...RESAMPLED_SCORES.map((measure) => ({ measure })),
    { correlation: "kendall" },
  ]) {
    const { relation } = asked<Answer>("saturation", BUNDLED, "chat", { resamples: "400", ...options });
    expect(relation.interval, JSON.stringify(options)).not.toBeNull();
  }
});

describe("with noise taken out", () => {
  const models = Array.from({ length: 16 }, (_, i) => ({ model: `m${String(i).padStart(2, "0")}` }));
  const benchmarks = [..."abcdefgh"].map((benchmark, j) => ({
    benchmark,
    kind: j < 3 ? "capability" : "safety",
    min: 0,
    max: 1,
    chance: 0,
    items: 60 * (j + 1),
  }));
  const scores = models.flatMap(({ model }, i) =>
    benchmarks.map(({ benchmark }, j) => ({
      model,
      benchmark,
      score: Math.round(100 * (0.3 + 0.035 * i + 0.15 * Math.sin(3 * i + (j < 3 ? j / 4 : j * j)))) / 100,
    })),
  );
  const content = contentOf({ models, benchmarks, scores });

  test("every ρ grows, and the relation has an interval over resamples", () => {
    const { relation, benchmarks: rows, scoreReliability } = asked<Answer>("saturation", content, "all");
    expect(scoreReliability).toBeGreaterThan(0.9);
    for (const { rho, disattenuatedRho } of rows)
      expect(Math.abs(disattenuatedRho as number)).toBeGreaterThan(Math.abs(rho as number));
    expect([relation.disattenuated.n, relation.disattenuated.usableResamples]).toEqual([8, 10_000]);
    expect(relation.disattenuated.interval).not.toBeNull();
  });

  test("a measure other than the first component has no reliability, and says so", () => {
    const { benchmarks: rows } = asked<Answer>("saturation", content, "all", {
      measure: "mean",
      resamples: "0",
    });
    expect(rows[3]?.reasons.disattenuatedRho).toBe("standardErrorUnknown");
  });
});
