import { describe, expect, test } from "vitest";
import type { Covariates } from "../../src/stats/adjustment.js";
import { arrangementsOf, exactGammaP, groupedConcordance } from "../../src/stats/grouped-gamma.js";
import { GroupedGammaTest } from "../../src/stats/grouped-gamma-test.js";
import { PartialCorrelations } from "../../src/stats/partial-correlations.js";
import { partialInterval, partialP } from "../../src/stats/partial-inference.js";
import { RandomStream } from "../../src/stats/philox.js";
import { randomEffects } from "../../src/stats/random-effects.js";
import { ascendingOrder, RankedScore } from "../../src/stats/ranked-score.js";
import { sortedColumns } from "../../src/stats/sorted-columns.js";
import { expectNear, golden } from "../golden.js";

interface PartialCase {
  x: number[];
  y: number[];
  numeric: number[][];
  labels: string[][];
  n: number;
  rank: number;
  partialRho: number | null;
  p: number | null;
  interval: [number, number] | null;
  vif: number | null;
}
interface GammaCase {
  x: number[];
  y: number[];
  family: (string | null)[];
  gamma: number | null;
  pairs: number;
  arrangements: number;
  p: number | null;
}
interface EffectsCase {
  rhos: number[];
  sizes: number[];
  rho: number;
  interval: [number, number];
  tau2: number;
  i2: number;
}
const { partials, gammas, effects } = golden<{
  partials: PartialCase[];
  gammas: GammaCase[];
  effects: EffectsCase[];
}>("confounding");

const numbered = (labels: readonly (string | null)[]) => {
  const names = [...new Set(labels.filter((label) => label !== null))];
  return Int32Array.from(labels, (label) => (label === null ? -1 : names.indexOf(label)));
};

/** One target, every row once unless counted otherwise. */
function partialOf(
  { x, y, numeric, labels }: Pick<PartialCase, "x" | "y" | "numeric" | "labels">,
  counts = x.map(() => 1),
) {
  const n = x.length;
  const [first, ...rest] = labels.map(numbered);
  const groups = first ?? new Int32Array(n);
  const covariates: Covariates = {
    ranked: sortedColumns(
      numeric.map((v) => Float64Array.from(v)),
      n,
    ),
    groups,
    groupCount: Math.max(...groups) + 1,
    indicators: rest.flatMap((own) =>
      [...new Set(own)].slice(1).map((g) => Float64Array.from(own, (other) => (other === g ? 1 : 0))),
    ),
  };
  const score = Float64Array.from(x);
  const resample = { counts: Float64Array.from(counts), size: counts.reduce((sum, k) => sum + k, 0) };
  const ranked = new RankedScore(ascendingOrder(score));
  ranked.rank(score, resample);
  const found = new PartialCorrelations(covariates, sortedColumns([Float64Array.from(y)], n));
  found.take(resample, ranked);
  const rho = found.of(0);
  return {
    partialRho: Number.isNaN(rho) ? null : rho,
    rank: found.rank(0),
    vif: Number.isFinite(found.varianceInflation(0)) ? found.varianceInflation(0) : null,
  };
}

describe("partial correlations of ranks", () => {
  test.each(partials.map((one, k) => [k, one] as const))("case %i is numpy's to 1e-9", (k, one) => {
    const found = partialOf(one);
    expect(found.rank, `rank of ${k}`).toBe(one.rank);
    expectNear(found.partialRho, one.partialRho, 1e-9, `partial ${k}`);
    expectNear(found.vif, one.vif, 1e-9, `variance inflation ${k}`);
    if (one.partialRho === null || one.interval === null) return;
    expectNear(partialP(one.partialRho, one.n, one.rank), one.p, 1e-10, `p ${k}`);
    const interval = partialInterval(one.partialRho, one.n, one.rank, 0.95);
    expectNear(interval?.low, one.interval[0], 1e-9, `low ${k}`);
    expectNear(interval?.high, one.interval[1], 1e-9, `high ${k}`);
  });

  test("a row that counts twice is two rows, and one that counts 0 is none", () => {
    for (const [k, one] of partials.entries()) {
      if (one.n < 4) continue;
      const counts = one.x.map((_, i) => (i + k) % 3);
      const rows = counts.flatMap((count, i) => new Array<number>(count).fill(i));
      const repeated = <Value>(values: readonly Value[]) => rows.map((i) => values[i] as Value);
      const expanded = partialOf({
        x: repeated(one.x),
        y: repeated(one.y),
        numeric: one.numeric.map(repeated),
        labels: one.labels.map(repeated),
      });
      expectNear(partialOf(one, counts).partialRho, expanded.partialRho, 1e-9, `case ${k}`);
    }
  });

  test("given nothing that varies it is Spearman's ρ, and order of rows or covariates changes nothing", () => {
    const one = { x: [1, 2, 3, 4, 5, 6], y: [2, 1, 3, 6, 5, 4], numeric: [[7, 7, 7, 7, 7, 7]], labels: [] };
    expectNear(partialOf(one).partialRho, 1 - (6 * (1 + 1 + 0 + 4 + 0 + 4)) / (6 * 35), 1e-12, "ρ");
    for (const [k, { x, y, numeric, labels }] of partials.entries()) {
      const turned = {
        x: x.toReversed(),
        y: y.toReversed(),
        numeric: numeric.map((v) => v.toReversed()).reverse(),
        labels: labels.map((v) => v.toReversed()).reverse(),
      };
      const [plain, other] = [partialOf({ x, y, numeric, labels }), partialOf(turned)];
      expectNear(other.partialRho, plain.partialRho, 1e-9, `case ${k}`);
      expect(other.rank).toBe(plain.rank);
    }
  });

  test("a perfect one has p 0 and no interval; without degrees of freedom there is neither", () => {
    expect([partialP(1, 10, 1), partialInterval(-1, 10, 1, 0.95)]).toEqual([0, null]);
    expect([partialP(0.5, 3, 1), partialInterval(0.5, 4, 1, 0.95)]).toEqual([null, null]);
  });
});

describe("γ within groups", () => {
  test.each(gammas.map((one, k) => [k, one] as const))(
    "case %i is numpy's, its p by enumeration",
    (k, one) => {
      const groups = numbered(one.family);
      const { difference, pairs } = groupedConcordance(one.x, one.y, groups);
      expect(pairs, `pairs ${k}`).toBe(one.pairs);
      expectNear(pairs === 0 ? null : difference / pairs, one.gamma, 1e-12, `γ ${k}`);
      expect(arrangementsOf(groups)).toBe(one.arrangements);
      expectNear(exactGammaP(one.x, one.y, groups), one.p, 1e-10, `p ${k}`);
    },
  );

  test("random arrangements give the exact p within four standard errors", () => {
    const B = 4_000;
    for (const [k, { x, y, family, p }] of gammas.entries()) {
      const targets = sortedColumns([Float64Array.from(y)], x.length);
      const counts = new Int32Array(1);
      const design = { score: Float64Array.from(x), groups: numbered(family), targets };
      new GroupedGammaTest(design).run(new RandomStream(7, "withinGroups"), 0, B, counts);
      if (p === null) expect(counts[0], `case ${k}`).toBe(0);
      else {
        const error = Math.abs((counts[0] as number) / B - p);
        expect(error, `case ${k}`).toBeLessThanOrEqual(4 * Math.sqrt((p * (1 - p)) / B) + 1e-9);
      }
    }
  });

  test("a target that misses a row is arranged over the others only", () => {
    const x = [1, 2, 3, 4, 5];
    const y = [1, 2, 3, Number.NaN, 9];
    const groups = Int32Array.of(0, 0, 0, 0, 1);
    const counts = new Int32Array(1);
    const targets = sortedColumns([Float64Array.from(y)], 5);
    const design = { score: Float64Array.from(x), groups, targets };
    new GroupedGammaTest(design).run(new RandomStream(0, "withinGroups"), 0, 6_000, counts);
    expect(Math.abs((counts[0] as number) / 6_000 - 1 / 3)).toBeLessThan(0.025);
  });
});

describe("random effects", () => {
  test.each(effects.map((one, k) => [k, one] as const))("case %i is scipy's to 1e-9", (k, one) => {
    const groups = one.rhos.map((rho, i) => ({ rho, n: one.sizes[i] as number }));
    const found = randomEffects(groups, 0.95);
    expectNear(found?.rho, one.rho, 1e-9, `mean ${k}`);
    expectNear(found?.low, one.interval[0], 1e-9, `low ${k}`);
    expectNear(found?.high, one.interval[1], 1e-9, `high ${k}`);
    expectNear(found?.tau2, one.tau2, 1e-9, `τ² ${k}`);
    expectNear(found?.i2, one.i2, 1e-9, `I² ${k}`);
  });

  test("a perfect correlation has no z, and one group no variance between groups", () => {
    expect(
      randomEffects(
        [
          { rho: 1, n: 5 },
          { rho: 0.5, n: 6 },
        ],
        0.95,
      ),
    ).toBeNull();
    expect(randomEffects([{ rho: 0.5, n: 6 }], 0.95)).toBeNull();
  });
});
