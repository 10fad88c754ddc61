import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CORRELATION_METHODS, correlation } from "../../src/stats/correlation.js";
import { principalComponent } from "../../src/stats/principal-component.js";
import { midranks } from "../../src/stats/ranks.js";
import { zScores } from "../../src/stats/sample.js";

/** Few distinct values, so that ties are the rule. */
const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })), {
  minLength: 3,
  maxLength: 30,
});
const sides = (list: readonly (readonly [number, number])[]) =>
  [list.map(([x]) => x), list.map(([, y]) => y)] as const;

describe.each(CORRELATION_METHODS)("%s", (method) => {
  test("does not depend on which side is which, nor on the order of the pairs", () => {
    fc.assert(
      fc.property(pairs, fc.integer(), (list, seed) => {
        const [x, y] = sides(list);
        const turned = [...list.keys()].sort((a, b) => ((a * 7919 + seed) % 101) - ((b * 7919 + seed) % 101));
        const [tx, ty] = sides(turned.map((i) => list[i] as [number, number]));
        const r = correlation(x, y, method);
        for (const other of [correlation(y, x, method), correlation(tx, ty, method)]) {
          if (r === null) expect(other).toBeNull();
          else expect(other).toBeCloseTo(r, 12);
        }
      }),
    );
  });

  test("is 1 with itself and −1 with its negative, to the bit", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 3, maxLength: 40 }),
        (x) => {
          fc.pre(new Set(x.map((value) => value + 0)).size > 1);
          expect(correlation(x, x, method)).toBe(1);
          expect(
            correlation(
              x,
              x.map((value) => 0 - value),
              method,
            ),
          ).toBe(-1);
        },
      ),
    );
  });

  test("is null for two pairs and for a side that never varies", () => {
    expect(correlation([1, 2], [3, 4], method)).toBeNull();
    expect(correlation([0.1, 0.1, 0.1], [1, 2, 3], method)).toBeNull();
    expect(correlation([1, 2, 3], [0.1, 0.1, 0.1], method)).toBeNull();
  });

  test("refuses what is not a number, and samples that are not pairs", () => {
    expect(() => correlation([1, 2, Number.NaN], [1, 2, 3], method)).toThrow(RangeError);
    expect(() => correlation([1, 2, 3], [1, 2, Number.POSITIVE_INFINITY], method)).toThrow(RangeError);
    expect(() => correlation([1, 2, 3], [1, 2], method)).toThrow(RangeError);
  });
});

test("Kendall's τ-b by merging counts what comparing every pair counts", () => {
  fc.assert(
    fc.property(pairs, (list) => {
      const [x, y] = sides(list);
      const found = correlation(x, y, "kendall");
      if (found !== null) expect(found).toBeCloseTo(everyPair(x, y), 12);
    }),
  );
});

function everyPair(x: readonly number[], y: readonly number[]): number {
  let [score, untiedX, untiedY] = [0, 0, 0];
  for (const i of x.keys()) {
    for (let j = 0; j < i; j++) {
      const dx = Math.sign((x[i] as number) - (x[j] as number));
      const dy = Math.sign((y[i] as number) - (y[j] as number));
      score += dx * dy;
      untiedX += Math.abs(dx);
      untiedY += Math.abs(dy);
    }
  }
  return score / Math.sqrt(untiedX * untiedY);
}

describe("the first principal component", () => {
  const columns = [
    [0.2, 0.4, 0.1, 0.9, 0.5, 0.5],
    [0.3, 0.5, 0.2, 0.7, 0.5, 0.4],
    [0.9, 0.2, 0.1, 0.8, 0.6, 0.5],
  ].map((column) => Object.freeze(column));

  test.each(["spearman", "pearson"] as const)(
    "of the %s basis does not depend on a column's unit",
    (basis) => {
      const plain = principalComponent(columns, basis);
      const scaled = principalComponent(
        columns.map((column, j) => column.map((x) => x * 1000 ** j)),
        basis,
      );
      if (plain.reason !== null || scaled.reason !== null) throw new Error("both have a component");
      for (const [i, score] of plain.scores.entries()) expect(scaled.scores[i]).toBeCloseTo(score, 12);
    },
  );

  test("gives equal rows equal scores, to the bit", () => {
    const doubled = columns.map((column) => [...column, column[2] as number]);
    const found = principalComponent(doubled, "spearman");
    if (found.reason !== null) throw new Error("there is a component");
    expect(found.scores[6]).toBe(found.scores[2]);
  });

  test("has no direction where two columns are uncorrelated", () => {
    const found = principalComponent(
      [
        [1, 2, 3, 4],
        [2, 4, 1, 3],
      ],
      "spearman",
    );
    expect(found.reason).toBe("tiedEigenvalues");
  });
});

test("midranks of a permutation are the permutation", () => {
  expect([...midranks([30, 10, 20])]).toEqual([3, 1, 2]);
});

test("z-scores of the smallest and largest doubles are finite", () => {
  for (const x of [
    [1e308, -1e308, 0],
    [5e-324, 0, 0],
    [1e15, 1e15 + 0.125, 1e15 + 0.25],
  ]) {
    expect([...(zScores(x) ?? [])].every(Number.isFinite)).toBe(true);
    expect(zScores(x)).not.toBeNull();
  }
});
