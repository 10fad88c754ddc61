import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pairedChange } from "../../src/analysis/paired-changes.js";
import { curveValue } from "../../src/stats/curve-value.js";
import { frozenZScores } from "../../src/stats/frozen-z-scores.js";
import { RandomStream } from "../../src/stats/philox.js";
import { zScores } from "../../src/stats/sample.js";
import { signFlipTest } from "../../src/stats/sign-flip-test.js";
import { criticalSignedRank, signedRankTest } from "../../src/stats/signed-rank.js";
import { theilSenSlope } from "../../src/stats/theil-sen.js";
import { hodgesLehmann, signedRankInterval } from "../../src/stats/walsh-averages.js";
import { expectNear, golden } from "../golden.js";
import { expectTested, type GoldenTest } from "../golden-changes.js";

const { units } = golden<{
  units: {
    changes: (GoldenTest & { values: number[]; labels: string[]; interval90: [number, number] | null })[];
    slopes: { x: number[]; y: number[]; slope: number | null }[];
    curves: { points: [number, number][]; x: number; y: number | null }[];
  };
}>("interventions");
const stream = new RandomStream(0, "signFlip");
const OPTIONS = { seed: 0, resamples: 10_000, level: 0.95 };
const numbers = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 30 });

test("scipy's Wilcoxon, every Walsh average and every sign flip agree, with ties, zeros and more than 50 pairs", () => {
  expect(units.changes.length).toBe(25);
  for (const expected of units.changes) {
    const changes = expected.values.map((value, i) => ({ value, family: expected.labels[i] as string }));
    expectTested(pairedChange(changes, OPTIONS), expected, `${changes.length} pairs`);
    const at90 = pairedChange(changes, { ...OPTIONS, level: 0.9 }).interval;
    expectNear(at90?.low, expected.interval90?.[0] ?? null, 1e-9, "low at .9");
    expectNear(at90?.high, expected.interval90?.[1] ?? null, 1e-9, "high at .9");
  }
});

test("scipy's Theil–Sen slope agrees, with ties on both sides", () => {
  for (const { x, y, slope } of units.slopes) expectNear(theilSenSlope(x, y), slope, 1e-9, `${x} ${y}`);
  expect(theilSenSlope([1, 1, 1], [1, 2, 3])).toBeNull();
  expect(theilSenSlope([0, 5e-324, 1e-323], [0, 1e308, -1e308])).toBeNull();
});

test("a curve is interpolated between neighbours, and never extrapolated", () => {
  for (const { points, x, y } of units.curves) {
    const curve = points.map(([a, b]) => ({ x: a, y: b }));
    expectNear(curveValue(curve, x), y, 1e-12, JSON.stringify({ points, x }));
  }
});

describe("the signed rank test", () => {
  test("is exact where scipy is: six positive differences have p 1/32", () => {
    expect(signedRankTest([1, 2, 3, 4, 5, 6])).toEqual({ n: 6, statistic: 21, p: 0.03125, exact: true });
    expect(signedRankTest([0, 0])).toBeNull();
    expect(signedRankTest([])).toBeNull();
  });

  test("takes sizes that differ by rounding for ties, and 0 but for rounding for 0", () => {
    expect(signedRankTest([0.3 - 0.2, 0.2 - 0.3, 0.1, 1e-18])?.n).toBe(3);
    expect(signedRankTest([0.3 - 0.2, -0.1, 0.5])?.exact).toBe(false);
  });

  test("has no interval at level 0.95 below six pairs, where the whole range covers less", () => {
    expect([1, 2, 3, 4, 5, 6, 51].map((n) => criticalSignedRank(n, 0.025))).toEqual([
      null,
      null,
      null,
      null,
      null,
      0,
      453,
    ]);
    expect(signedRankInterval([1, 2, 3, 4, 5], 0.95)).toBeNull();
  });

  test("does not depend on order, and turns with the sign", () => {
    fc.assert(
      fc.property(numbers, (x) => {
        const turned = x.map((value) => 0 - value).reverse();
        expect(hodgesLehmann(turned)).toBeCloseTo(0 - (hodgesLehmann(x) as number), 12);
        expect(signedRankTest(turned)?.p).toBe(signedRankTest(x)?.p);
        const [own, other] = [signedRankInterval(x, 0.95), signedRankInterval(turned, 0.95)];
        expect(other?.low).toBe(own === null ? undefined : -own.high + 0);
      }),
      { seed: 8 },
    );
  });

  test("survives the ends of the range of doubles", () => {
    expect(hodgesLehmann([1.7e308, 1.7e308, -1.7e308])).toBe(8.5e307);
    expect(hodgesLehmann([5e-324])).toBe(5e-324);
    expect(() => hodgesLehmann([Number.NaN])).toThrow(RangeError);
  });
});

describe("flipping signs by family", () => {
  test("counts what listing all ways counts", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 1, maxLength: 10 }), (sums) => {
        const total = Math.abs(sums.reduce((a, b) => a + b, 0));
        let extreme = 0;
        for (let way = 0; way < 2 ** sums.length; way++) {
          const flipped = sums.reduce((a, sum, k) => a + ((way >> k) & 1 ? sum : -sum), 0);
          if (Math.abs(flipped) >= total) extreme += 1;
        }
        expect(signFlipTest(sums, 0, stream)).toEqual({ p: extreme / 2 ** sums.length, exact: true });
      }),
      { seed: 8 },
    );
  });

  test("draws beyond 20 families, says so, and is near the exact p", () => {
    const sums = Array.from({ length: 20 }, (_, k) => Math.sin(k) + 0.2);
    const exact = signFlipTest(sums, 0, stream)?.p as number;
    const drawn = signFlipTest([...sums, 1e-9], 20_000, stream);
    expect(drawn?.exact).toBe(false);
    expect(Math.abs((drawn?.p ?? 0) - exact)).toBeLessThan(4 * Math.sqrt((exact * (1 - exact)) / 20_000));
    expect(signFlipTest([...sums, 1e-9], 20_000, new RandomStream(0, "signFlip"))).toEqual(drawn);
    expect(signFlipTest([...sums, 1e-9], 0, stream)).toEqual({ p: null, exact: false });
    expect(signFlipTest([], 100, stream)).toBeNull();
  });
});

test("frozen z-scores of a sample's own values are its z-scores, at any offset", () => {
  for (const x of [
    [1, 2, 4],
    [1e15, 1e15 + 2, 1e15 + 8],
    [1e308, -1e308, 0],
  ]) {
    const own = zScores(x) as Float64Array;
    frozenZScores(x, x)?.forEach((z, i) => {
      expectNear(z, own[i] as number, 1e-12, `${x}`);
    });
  }
  expect(frozenZScores([1, 1], [2])).toBeNull();
});
