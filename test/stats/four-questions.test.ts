import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CentredRanks } from "../../src/stats/centred-ranks.js";
import { cronbachAlpha } from "../../src/stats/cronbach-alpha.js";
import { horizonLength, shortOfPerfect } from "../../src/stats/horizon.js";
import { leastSquaresLine, predictionError, slopeInterval } from "../../src/stats/least-squares-line.js";
import { partsOfSum } from "../../src/stats/near-exact-sum.js";
import { midranks } from "../../src/stats/ranks.js";
import { headroom, reliability, resolution, shareAtCeiling } from "../../src/stats/saturation.js";
import { RepeatedRelation, relationOf } from "../../src/stats/saturation-relation.js";
import { standardDeviation } from "../../src/stats/standard-deviation.js";
import { tQuantile } from "../../src/stats/t.js";
import { expectNear } from "../golden.js";

describe("a quantile of t", () => {
  // scipy 1.17.1, stats.t.ppf
  test.each([
    [0.975, 1, 12.706204736174694],
    [0.975, 24, 2.0638985616280245],
    [0.9995, 3, 12.923978636687961],
    [0.75, 22, 0.6858050317218868],
    [0.025, 10, -2.2281388519862753],
    [0.9995, 1, 636.6192487687897],
    [0.975, 4498, 1.9604915298618517],
  ])("at %d with %i degrees of freedom is scipy's", (p, degrees, expected) => {
    expectNear(tQuantile(p, degrees), expected, 1e-9, `${p}, ${degrees}`);
  });

  test("is refused outside its domain", () => {
    for (const [p, degrees] of [
      [0, 3],
      [1, 3],
      [0.5, 0],
      [Number.NaN, 3],
    ] as const)
      expect(() => tQuantile(p, degrees)).toThrow(RangeError);
  });
});

describe("a line by least squares", () => {
  test("is undefined for one pair or a side that never varies, and exact for two", () => {
    expect(leastSquaresLine([1], [2])).toBeNull();
    expect(leastSquaresLine([1, 1, 1], [1, 2, 3])).toBeNull();
    expect(leastSquaresLine([1, 2, 3], [5, 5, 5])).toBeNull();
    const two = leastSquaresLine([0, 1], [1, 3]);
    expect([two?.slope, two?.intercept, two?.r2, two?.residualSd]).toEqual([2, 1, 1, null]);
    expect(two === null ? 0 : slopeInterval(two, 0.95)).toBeNull();
    expect(two === null ? 0 : predictionError(two, 3)).toBeNull();
  });

  test("moves with the unit of y, and keeps its R² at an offset of 1e15", () => {
    const [x, y] = [
      [1, 2, 4, 8, 9],
      [3, 5, 4, 9, 8],
    ];
    const plain = leastSquaresLine(x, y);
    const far = leastSquaresLine(
      x.map((value) => value + 1e15),
      y.map((value) => 10 * value),
    );
    expectNear(far?.slope, 10 * (plain?.slope as number), 1e-9, "slope");
    expectNear(far?.r2, plain?.r2 as number, 1e-9, "R²");
  });

  test("refuses NaN and unequal lengths", () => {
    expect(() => leastSquaresLine([1, Number.NaN], [1, 2])).toThrow(RangeError);
    expect(() => leastSquaresLine([1, 2], [1])).toThrow(RangeError);
  });

  test("has no figures where squares are no doubles", () => {
    expect(leastSquaresLine([1e308, -1e308, 0], [1, 2, 3])).toBeNull();
  });
});

describe("a horizon", () => {
  test.each([
    [0.5, 0.5, 1],
    [0.25, 0.5, 0.5],
    [0, 0.5, 0],
    [-0.2, 0.5, 0],
    [1, 0.5, null],
  ])("of p %d at reliability %d is %s", (p, r, expected) => {
    expect(horizonLength(p, r)).toBe(expected);
  });

  test("grows with p", () => {
    const p = fc.double({ min: 0.001, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(p, p, (a, b) => {
        fc.pre(Math.abs(a - b) > 1e-9);
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(horizonLength(low, 0.5)).toBeLessThan(horizonLength(high, 0.5) as number);
      }),
    );
  });

  test("short of perfect lies below 1 and refuses nonsense", () => {
    expect(shortOfPerfect(1)).toBe(0.75);
    expect(() => horizonLength(0.5, 1)).toThrow(RangeError);
    expect(() => horizonLength(Number.NaN, 0.5)).toThrow(RangeError);
  });
});

describe("saturation", () => {
  test("headroom needs five results and room above chance", () => {
    expect(headroom([1, 1, 1, 1], { max: 1, chance: 0 })).toBeNull();
    expect(headroom([1, 1, 1, 1, 1], { max: 1, chance: 1 })).toBeNull();
    expect(headroom([1, 1, 1, 1, 1, 0], { max: 1, chance: 0 })).toBe(0);
    expect(() => headroom([Number.NaN], { max: 1, chance: 0 })).toThrow(RangeError);
  });

  test("a perfect result without error is at the ceiling; equal results cannot be told apart", () => {
    expect(shareAtCeiling([1, 0.9], [0, 0.01], 1)).toBe(0.5);
    expect(shareAtCeiling([], [], 1)).toBeNull();
    expect(resolution([0.5, 0.5, 0.5, 0.5, 0.5], [0.1, 0.1, 0.1, 0.1, 0.1])).toBe(0);
    expect(resolution([1, 1, 1, 1, 1], [0, 0, 0, 0, 0])).toBeNull();
  });

  test("reliability is 1 without error, below 0 where errors exceed the spread, undefined without spread", () => {
    expect(reliability([1, 2, 3], [0, 0, 0])).toBe(1);
    expect(reliability([1, 2, 3], [2, 2, 2])).toBe(-3);
    expect(reliability([2, 2], [0, 0])).toBeNull();
    expect(reliability([2], [0])).toBeNull();
  });

  test("the relation taken again and again is the relation", () => {
    const list = fc.array(fc.tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: 0, max: 5 })), {
      minLength: 8,
      maxLength: 8,
    });
    const repeated = new RepeatedRelation(8);
    fc.assert(
      fc.property(list, (pairs) => {
        const [rho, room] = [0, 1].map((k) =>
          Float64Array.from(pairs, (pair) => (pair[k] as number) / 5),
        ) as [Float64Array, Float64Array];
        const [found, expected] = [repeated.of(rho, room), relationOf(rho, room)];
        expect(Number.isNaN(found)).toBe(Number.isNaN(expected));
        if (!Number.isNaN(found)) expect(found).toBeCloseTo(expected, 12);
      }),
    );
  });
});

test.each([5, 200])(
  "centred ranks of %i values are doubled midranks less their mean, list after list",
  (n) => {
    const ranks = new CentredRanks(n);
    for (let k = 1; k < 5; k++) {
      const values = Float64Array.from({ length: n }, (_, i) => (i * k * 7919) % 11);
      expect([...ranks.of(values)]).toEqual([...midranks(values)].map((rank) => 2 * rank - n - 1));
    }
  },
);

test("a standard deviation is undefined below its degrees of freedom", () => {
  expect([standardDeviation([1, 3], 0), standardDeviation([1], 1)]).toEqual([1, Number.NaN]);
});

test("Cronbach's α is 1 where all agree and 0 where nothing does", () => {
  expect([cronbachAlpha(4, 1), cronbachAlpha(4, 0), cronbachAlpha(3, 0.5)]).toEqual([1, 0, 0.75]);
});

describe("parts of a sum", () => {
  const a = [1, 1, 2, 3, 4, 1, 9, 2];
  const b = [3, 5, 8, 5, 14, 1, 2, 2];
  const other = [2, 7, 1, 8, 2, 8, 1, 8];
  const mean = a.map((x, i) => (x + (b[i] as number)) / 2);

  test("are found among others, also where the sum is rounded or offset", () => {
    expect(partsOfSum(mean, [a, other, b])).toEqual([0, 2]);
    expect(
      partsOfSum(
        mean.map((x) => Math.round(x * 1e4) / 1e4 + 7),
        [a, b],
      ),
    ).toEqual([0, 1]);
  });

  test("are none for a part, for a difference, for noise, or with too few rows", () => {
    expect(partsOfSum(a, [mean, b])).toBeNull();
    expect(partsOfSum(other, [a, b])).toBeNull();
    expect(partsOfSum(mean.slice(0, 4), [a.slice(0, 4), b.slice(0, 4)])).toBeNull();
    expect(partsOfSum([1, 1, 1, 1, 1, 1], [a.slice(0, 6), b.slice(0, 6)])).toBeNull();
  });
});
