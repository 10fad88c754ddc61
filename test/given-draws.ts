import { expect } from "vitest";
import { CORRELATION_METHODS, type CorrelationMethod } from "../src/stats/correlation.js";
import { withArena } from "../src/stats/kernel/arena.js";
import { BASES, type Basis, principalComponent } from "../src/stats/principal-component.js";
import { refittedCorrelations, type ScoreSource, scoreSource } from "../src/stats/refitted-correlations.js";
import type { Resample } from "../src/stats/resample.js";
import { ResampledScore } from "../src/stats/resampled-score.js";
import { isConstant } from "../src/stats/sample.js";
import { LANES } from "../src/stats/scored-resample.js";
import { sortedColumns } from "../src/stats/sorted-columns.js";
import { expectNear } from "./golden.js";

type Replicates = readonly (number | null)[];
type Fitted = { weights: number[]; scores: number[] } & Record<CorrelationMethod, Replicates>;
/** A resample as test/golden/draws.py describes it. */
export type GivenDraw = {
  rows: number[];
  measures: Record<"mean" | "zmean" | "meanRank", Replicates> | null;
} & Record<Basis, Fitted | null>;

/** Golden numbers of explicit draws have eleven decimals. */
const PRINTED = 1e-10;

interface Sample {
  readonly capability: readonly Float64Array[];
  readonly targets: readonly Float64Array[];
  readonly mean: Float64Array;
}

/** That resamples with these rows give the golden weights, scores and correlations. */
export function expectGivenDraws(
  { capability, targets, mean }: Sample,
  draws: readonly GivenDraw[],
  what: string,
): void {
  const n = mean.length;
  const kept = capability.filter((column) => !isConstant(column));
  const [columns, sorted] = [sortedColumns(kept, n), sortedColumns(targets, n)];
  const draw = (b: number, into: Resample) => {
    into.counts.fill(0);
    for (const row of draws[b]?.rows ?? []) into.counts[row] = (into.counts[row] as number) + 1;
    into.size = draws[b]?.rows.length ?? 0;
  };
  const replicates = (
    weights: Float64Array,
    basis: Basis,
    correlation: CorrelationMethod,
    score: ScoreSource,
  ) => {
    const rho = new Float64Array(targets.length * draws.length);
    const design = { capabilities: columns, basis, weights, scores: [score], targets: sorted, correlation };
    const out = { rho: [rho], congruence: null, stride: draws.length };
    refittedCorrelations(design, { from: 0, to: draws.length, draw }, out);
    return (b: number) =>
      targets.map((_, c) => {
        const value = rho[c * draws.length + b] as number;
        return Number.isNaN(value) ? null : value;
      });
  };
  for (const basis of BASES) {
    const component = principalComponent(kept, basis);
    if (component.reason !== null) continue;
    const { weights, scores } = component;
    draws.forEach((given, b) => {
      const resample = { counts: new Float64Array(n), size: 0 };
      draw(b, resample);
      const refitted = withArena(ResampledScore.bytes(columns), (arena) => {
        const fit = new ResampledScore(columns, basis, weights, arena);
        for (let lane = 0; lane < LANES; lane++) fit.take(lane, resample);
        fit.pc1();
        const own = new Float64Array(n);
        fit.scores(LANES - 1, own);
        return { found: fit.isDefined(LANES - 1), weights: fit.weights(LANES - 1), scores: own };
      });
      expect(refitted.found, `${what} ${basis} draw ${b}: has a score`).toBe(given[basis] !== null);
      if (!refitted.found) return;
      const golden = given[basis] as Fitted;
      const full = capability.map((column) =>
        isConstant(column) ? 0 : (refitted.weights[kept.indexOf(column)] as number),
      );
      full.forEach((weight, j) => {
        expectNear(weight, golden.weights[j] as number, 1e-9, `${what} ${basis} draw ${b}: weight ${j}`);
      });
      [...new Set(given.rows)]
        .sort((x, y) => x - y)
        .forEach((row, k) => {
          expectNear(
            refitted.scores[row],
            golden.scores[k] as number,
            1e-9,
            `${what} ${basis} draw ${b}: score of ${row}`,
          );
        });
    });
    for (const correlation of CORRELATION_METHODS) {
      const of = replicates(weights, basis, correlation, scoreSource("pc1", scores));
      draws.forEach((given, b) => {
        const golden = given[basis]?.[correlation] ?? targets.map(() => null);
        expectAll(of(b), golden, `${what} ${basis} ${correlation} draw ${b}`);
      });
    }
    for (const name of ["zmean", "meanRank", "mean"] as const) {
      const score = name === "mean" ? scoreSource(null, mean) : scoreSource(name, scores);
      const of = replicates(weights, basis, "spearman", score);
      draws.forEach((given, b) => {
        expectAll(of(b), given.measures?.[name] ?? targets.map(() => null), `${what} ${name} draw ${b}`);
      });
    }
  }
}

function expectAll(found: Replicates, golden: Replicates, what: string): void {
  found.forEach((value, c) => {
    expectNear(value, golden[c] as number | null, PRINTED, `${what}, target ${c}`);
  });
}
