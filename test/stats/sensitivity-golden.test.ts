import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { advanceSubset, subsetAt } from "../../src/stats/combinations.js";
import { concordance } from "../../src/stats/concordance.js";
import { CORRELATION_METHODS, type CorrelationMethod, correlation } from "../../src/stats/correlation.js";
import { GreedyRemoval } from "../../src/stats/greedy-removal.js";
import { normalPairs } from "../../src/stats/normal-pairs.js";
import { RandomStream } from "../../src/stats/philox.js";
import { RandomSets } from "../../src/stats/random-sets.js";
import { type RemovalExtremes, removalExtremes, removalRanges } from "../../src/stats/removal-extremes.js";
import { shrinkingSample } from "../../src/stats/shrinking-sample.js";
import { sortedColumns } from "../../src/stats/sorted-columns.js";
import { subsetCount } from "../../src/stats/subset-count.js";
import { expectNear, golden } from "../golden.js";

interface Bounds {
  dropped: number;
  low: number | null;
  high: number | null;
  nearest: number | null;
  lowDropped: number[] | null;
  highDropped: number[] | null;
  undefined: number;
}
interface Case {
  x: number[];
  y: number[];
  methods: Record<CorrelationMethod, Bounds[]>;
}
const { cases } = golden<{ cases: Case[] }>("sensitivity");

const orNull = (value: number) => (Number.isNaN(value) ? null : value);

function expectBounds(found: RemovalExtremes, expected: Bounds, what: string): void {
  expectNear(orNull(found.low), expected.low, 1e-9, `${what} low`);
  expectNear(orNull(found.high), expected.high, 1e-9, `${what} high`);
  expectNear(orNull(Math.abs(found.nearest)), expected.nearest, 1e-9, `${what} nearest`);
  expect(found.undefinedSubsets, what).toBe(expected.undefined);
  if (expected.low === null) return;
  expect([...found.lowRows], what).toEqual(expected.lowDropped);
  expect([...found.highRows], what).toEqual(expected.highDropped);
}

describe.each(CORRELATION_METHODS)("over all subsets, %s", (method) => {
  test("brute force in numpy has the same extremes, the same first subsets and as many undefined ones", () => {
    cases.forEach(({ x, y, methods }, c) => {
      for (const expected of methods[method]) {
        expectBounds(removalExtremes({ x, y, method }, expected.dropped), expected, `case ${c}`);
        const [range] = removalRanges({ x, y, method }, [expected.dropped]);
        expectNear(orNull(range?.low ?? Number.NaN), expected.low, 1e-9, `case ${c} range`);
        expectNear(orNull(range?.high ?? Number.NaN), expected.high, 1e-9, `case ${c} range`);
      }
    });
  });

  test("a greedy search attains what it says and never more than is there", () => {
    let exact = 0;
    let all = 0;
    cases.forEach(({ x, y, methods }, c) => {
      for (const direction of [-1, 1] as const) {
        const greedy = new GreedyRemoval(shrinkingSample(x, y, method), direction);
        for (const { low, high } of methods[method]) {
          const { rho, rows } = greedy.step(true);
          const bound = direction < 0 ? low : high;
          if (bound === null || Number.isNaN(rho)) continue;
          expectNear(rho, without(x, y, method, rows), 1e-12, `case ${c}`);
          expect(direction * (rho - bound), `case ${c}`).toBeLessThanOrEqual(1e-12);
          all += 1;
          if (Math.abs(rho - bound) <= 1e-12) exact += 1;
        }
      }
    });
    expect(exact / all).toBeGreaterThan(0.95);
  });

  test("rows that leave and come back in any order leave the same correlations behind", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })), {
          minLength: 5,
          maxLength: 12,
        }),
        fc.array(fc.nat(11), { maxLength: 12 }),
        (pairs, moves) => {
          const [x, y] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
          const sample = shrinkingSample(x, y, method);
          for (const move of moves.map((m) => m % pairs.length)) {
            if (sample.present[move] === 1) sample.remove(move);
            else sample.restore(move);
          }
          const found = new Float64Array(pairs.length);
          sample.without(found);
          const gone = [...pairs.keys()].filter((i) => sample.present[i] === 0);
          found.forEach((rho, v) => {
            const expected = gone.includes(v) ? null : without(x, y, method, [...gone, v]);
            expectNear(orNull(rho), expected, 1e-12, `${gone} and ${v}`);
          });
        },
      ),
      { seed: 7, numRuns: 200 },
    );
  });

  test("a sample too large for tables gives what every subset in turn gives", () => {
    const n = 300;
    const stream = new RandomStream(1, "simulation").at(0);
    const x = Float64Array.from({ length: n }, () => stream.below(40));
    const y = Float64Array.from({ length: n }, () => stream.below(300));
    const found = removalExtremes({ x, y, method }, 2, 0, 3);
    const record = { low: 2, high: -2 };
    for (let s = 0; s < 3; s++) {
      for (let t = s + 1; t < n; t += 1) {
        const rho = without(x, y, method, [s, t]) as number;
        record.low = Math.min(record.low, rho);
        record.high = Math.max(record.high, rho);
      }
    }
    expectNear(found.low, record.low, 1e-12, "low");
    expectNear(found.high, record.high, 1e-12, "high");
  });
});

test("one value that outweighs all others costs the rest no digits", () => {
  const x = [1e12, 1, 2, 3, 5, 4];
  const y = [-1e12, 3, 1, 2, 5, 4];
  const all = removalExtremes({ x, y, method: "pearson" }, 2);
  const without0 = [...[1, 2, 3, 4, 5]].map((i) => without(x, y, "pearson", [0, i]) as number);
  expectNear(all.high, Math.max(...without0), 1e-12, "high");
  expect(all.low).toBeCloseTo(-1, 12);
});

test("fewer than three rows left have no correlation, and n = 2 none at all", () => {
  expect(removalExtremes({ x: [1, 2, 3, 4], y: [1, 3, 2, 4], method: "spearman" }, 2).low).toBeNaN();
  expect(removalExtremes({ x: [1, 2], y: [2, 1], method: "spearman" }, 1).low).toBeNaN();
  expect(removalExtremes({ x: [1, 2, 3, 4], y: [7, 7, 7, 7], method: "kendall" }, 1)).toMatchObject({
    low: Number.NaN,
    high: Number.NaN,
    undefinedSubsets: 4,
  });
});

test("concordance counts pairs, a tie for neither side", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 1, maxLength: 20 }), (pairs) => {
      const x = Int32Array.from(pairs, ([a]) => a);
      const y = Int32Array.from(pairs, ([, b]) => b);
      const counted = pairs.map(([a, b]) =>
        pairs.reduce((sum, [c, d]) => sum + Math.sign(c - a) * Math.sign(d - b), 0),
      );
      expect([...concordance(x, y, 5)]).toEqual(counted.map((net) => net + 0));
    }),
    { seed: 3, numRuns: 300 },
  );
});

test("subsets come in lexicographic order, each at its place", () => {
  const walked = subsetAt(7, 3, 0);
  for (let place = 0; place < subsetCount(7, 3); place++) {
    expect([...subsetAt(7, 3, place)]).toEqual([...walked]);
    advanceSubset(walked, 7);
  }
  expect([...walked]).toEqual([4, 5, 6]);
  expect([subsetCount(26, 5), subsetCount(26, 7), subsetCount(3, 4)]).toEqual([65_780, 657_800, 0]);
  expect(subsetCount(5_000, 2_500)).toBe(Number.POSITIVE_INFINITY);
});

test("random sets have their size, and every set of all rows is the sample itself", () => {
  const x = Float64Array.of(1, 2, 3, 4, 5, 6);
  const y = Float64Array.of(2, 1, 3, 6, 5, 4);
  const out = new Float64Array(50);
  new RandomSets(x, sortedColumns([y], 6), "spearman", 6).run(new RandomStream(0, "modelSets"), 0, 50, out);
  for (const rho of out) expectNear(rho, correlation(x, y, "spearman"), 1e-12, "all rows");
});

test("normal pairs of a perfect coefficient are perfect, and have about the coefficient asked for", () => {
  for (const method of CORRELATION_METHODS) {
    const stream = new RandomStream(5, "simulation");
    const perfect = normalPairs(stream.at(0), 30, -1, method);
    expect(correlation(perfect.x, perfect.y, method)).toBe(-1);
    const { x, y } = normalPairs(stream.at(1), 20_000, 0.6, method);
    expect(Math.abs((correlation(x, y, method) as number) - 0.6)).toBeLessThan(0.02);
  }
});

function without(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  method: CorrelationMethod,
  rows: ArrayLike<number>,
): number | null {
  const gone = new Set(Array.from(rows));
  const keeps = (_: number, i: number) => !gone.has(i);
  return correlation(Array.from(x).filter(keeps), Array.from(y).filter(keeps), method);
}
