import { describe, expect, test } from "vitest";
import { accelerationOf } from "../../src/stats/bootstrap-intervals.js";
import { quantiles } from "../../src/stats/distribution.js";
import { benjaminiHochberg, benjaminiYekutieli } from "../../src/stats/false-discovery.js";
import { intraclassCorrelation } from "../../src/stats/intraclass-correlation.js";
import { philox } from "../../src/stats/philox.js";
import { principalComponent } from "../../src/stats/principal-component.js";
import { quadraticP } from "../../src/stats/quadratic-p.js";
import { midranks } from "../../src/stats/ranks.js";
import { refittedCorrelations, scoreSource } from "../../src/stats/refitted-correlations.js";
import { leaveOut, type Resample } from "../../src/stats/resample.js";
import { isConstant } from "../../src/stats/sample.js";
import { sortedColumns } from "../../src/stats/sorted-columns.js";
import { expectGivenDraws, type GivenDraw } from "../given-draws.js";
import { expectNear, golden } from "../golden.js";

interface Case {
  id: string;
  n: number;
  p: number;
  cells: number[][];
  targets: (number | null)[][];
  original: GivenDraw;
  jackknife: { rho: (number | null)[]; a: number | null }[];
  draws: GivenDraw[];
}
const { cases } = golden<{ cases: Case[] }>("draws");

const columnsOf = ({ cells, p }: Case) =>
  Array.from({ length: p }, (_, j) => Float64Array.from(cells, (row) => row[j] as number));
const targetsOf = ({ targets }: Case) =>
  targets.map((column) => Float64Array.from(column, (value) => value ?? Number.NaN));

test("there are thirty small matrices with forty resamples each", () => {
  expect([cases.length, cases.every(({ draws }) => draws.length === 40)]).toEqual([30, true]);
});

describe.each(cases.map((one) => [one.id, one] as const))(
  "numpy and mpmath agree on small matrix %s",
  (id, one) => {
    test("weights and scores to 1e-9, every correlation to the digits printed, in every resample", () => {
      const capability = columnsOf(one);
      const mean = Float64Array.from(one.cells, (row) => row.reduce((sum, x) => sum + x, 0) / one.p);
      const draws = [one.original, ...one.draws];
      expectGivenDraws({ capability, targets: targetsOf(one), mean }, draws, `case ${id}`);
    });

    test("the jackknife and its acceleration", () => {
      const kept = columnsOf(one).filter((column) => !isConstant(column));
      const component = principalComponent(kept, "spearman");
      if (component.reason !== null) {
        expect(one.jackknife.every(({ a }) => a === null)).toBe(true);
        return;
      }
      const targets = targetsOf(one);
      const rho = new Float64Array(targets.length * one.n);
      const design = {
        capabilities: sortedColumns(kept, one.n),
        basis: "spearman",
        weights: component.weights,
        scores: [scoreSource("pc1", component.scores)],
        targets: sortedColumns(targets, one.n),
        correlation: "spearman",
      } as const;
      const draw = (i: number, into: Resample) => leaveOut(Int32Array.of(i), into);
      refittedCorrelations(
        design,
        { from: 0, to: one.n, draw },
        { rho: [rho], congruence: null, stride: one.n },
      );
      one.jackknife.forEach(({ rho: expected, a }, c) => {
        const own = rho.subarray(c * one.n, (c + 1) * one.n);
        own.forEach((value, i) => {
          expectNear(
            Number.isNaN(value) ? null : value,
            expected[i] as number | null,
            1e-10,
            `target ${c} without ${i}`,
          );
        });
        expectNear(accelerationOf(own), a, 1e-9, `acceleration of target ${c}`);
      });
    });
  },
);

test("Philox gives its published answers, twenty others, and the next block when its counter counts", () => {
  const { vectors } = golden<{ vectors: { counter: number[]; key: number[]; output: number[] }[] }>("philox");
  expect(vectors.length).toBeGreaterThan(20);
  for (const { counter, key, output } of vectors) {
    const out = new Uint32Array(4);
    philox(Uint32Array.from(counter), Uint32Array.from(key), out);
    expect([...out]).toEqual(output);
  }
});

test("scipy agrees on ICC(1), also of unequal groups and where it is undefined", () => {
  const { icc } = golden<{ icc: { values: number[]; groups: string[]; icc: number | null }[] }>("dependence");
  for (const { values, groups, icc: expected } of icc) {
    const numbers = groups.map((group) => groups.indexOf(group));
    expectNear(intraclassCorrelation(values, numbers), expected, 1e-9, groups.join());
  }
});

test("scipy agrees on the p of a quadratic on ranks", () => {
  const { quadraticCases } = golden<{
    quadraticCases: { score: number[]; target: number[]; expected: { p: number | null } | null }[];
  }>("dependence");
  for (const { score, target, expected } of quadraticCases) {
    expectNear(
      quadraticP(midranks(score), midranks(target)),
      expected?.p ?? null,
      1e-9,
      `${score} / ${target}`,
    );
  }
});

test("q by Benjamini–Hochberg and Benjamini–Yekutieli, and quantiles of type 7", () => {
  const { falseDiscovery, quantilesType7 } = golden<{
    falseDiscovery: { p: number[]; bh: number[]; by: number[] }[];
    quantilesType7: { values: number[]; levels: number[]; quantiles: number[] }[];
  }>("stats");
  for (const { p, bh, by } of falseDiscovery) {
    const [hochberg, yekutieli] = [benjaminiHochberg(p), benjaminiYekutieli(p)];
    p.forEach((_, i) => {
      expectNear(hochberg[i], bh[i] as number, 1e-12, `BH of ${p}`);
      expectNear(yekutieli[i], by[i] as number, 1e-12, `BY of ${p}`);
    });
  }
  for (const { values, levels, quantiles: expected } of quantilesType7) {
    quantiles(Float64Array.from(values), levels).forEach((value, i) => {
      expectNear(value, expected[i] as number, 1e-12, `quantile ${levels[i]} of ${values}`);
    });
  }
});
