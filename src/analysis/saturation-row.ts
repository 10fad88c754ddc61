import * as z from "zod";
import { type Benchmark, KINDS } from "../matrix/score-matrix.js";
import { isConstant } from "../stats/sample.js";
import { headroom, reliability, resolution, shareAtCeiling } from "../stats/saturation.js";
import { standardDeviation } from "../stats/standard-deviation.js";
import { nullableNumber } from "./answer.js";
import { type Correlated, correlate } from "./correlate.js";
import { benchmarkFields } from "./correlation-row.js";
import { cellsOf, type Fit } from "./fit.js";
import type { Scoring } from "./measure.js";
import { spreadRatio } from "./spread-ratio.js";
import { standardErrorsOf } from "./standard-errors.js";

const why = z.string().nullable();
export const saturationFields = z
  .object({
    benchmark: z.string(),
    name: z.string().nullable(),
    kind: z.enum(KINDS),
    area: z.string().nullable(),
    n: z.number().int().meta({ description: "Models that have both the score and the benchmark" }),
    aggregate: z.boolean().meta({ description: "Made of other benchmarks of the matrix: not in `relation`" }),
    headroom: nullableNumber.meta({ description: "(max − mean of the top 5)/(max − chance)" }),
    atCeiling: nullableNumber.meta({ description: "Share of models with max − x ≤ 2 SE" }),
    resolution: nullableNumber.meta({ description: "R = (first − fifth)/√(SE₁² + SE₅²)" }),
    index: nullableNumber.meta({
      description: "exp(−R²), our own: near 1 the best five cannot be told apart",
    }),
    spreadRatio: nullableNumber.meta({
      description: "Standard deviation of the newest third of the models over that of the oldest",
    }),
    rho: nullableNumber,
    disattenuatedRho: nullableNumber.meta({ description: "ρ/√(reliability of score × of benchmark)" }),
    reliability: nullableNumber.meta({ description: "Of the benchmark: 1 − mean(SE²)/var(y, ddof 1)" }),
    exceedsOne: z.boolean().nullable(),
    reasons: z
      .object({ headroom: why, errors: why, spreadRatio: why, rho: why, disattenuatedRho: why })
      .meta({ description: "Why each of these is null; `errors` is of atCeiling, resolution and index" }),
  })
  .meta({ id: "Saturation" });
export type SaturationRow = z.infer<typeof saturationFields>;

interface Grounds {
  readonly fitted: Fit;
  readonly score: Scoring;
  readonly scoreReliability: number | null;
  readonly correlation: "spearman" | "pearson" | "kendall";
  readonly isAggregate: (column: number) => boolean;
}

/** How full one benchmark is, and its correlation with noise taken out, over the models that have both (METHODS §11). */
export function saturationRow(grounds: Grounds, column: number): SaturationRow {
  const { fitted, score, correlation } = grounds;
  const benchmark = fitted.slice.benchmarks[column] as Benchmark;
  const rows = rowsOf(grounds, column);
  const x = cellsOf(fitted.slice, column, rows);
  const errors = at(standardErrorsOf(fitted, column), rows);
  const known = errors.every((error) => !Number.isNaN(error));
  const limits = limitsOf(benchmark);
  const room = limits === null ? null : headroom(x, limits);
  const r = known ? resolution(x, errors) : null;
  const spread = spreadRatio(
    rows.map((i) => fitted.slice.models[i]?.releasedOn ?? null),
    x,
  );
  const found = correlate(score, fitted.slice.columns[column] as Float64Array, correlation);
  const own = known && !isConstant(x) ? reliability(x, errors) : null;
  const clean = disattenuated(found, own, grounds.scoreReliability);
  return {
    ...benchmarkFields(benchmark, fitted.capabilities.includes(column)),
    n: rows.length,
    aggregate: grounds.isAggregate(column),
    headroom: room,
    atCeiling: known && limits !== null ? shareAtCeiling(x, errors, limits.max) : null,
    resolution: r,
    index: r === null ? null : Math.exp(-(r ** 2)),
    spreadRatio: spread.ratio,
    rho: found.rho,
    disattenuatedRho: clean.rho,
    reliability: own,
    exceedsOne: clean.rho === null ? null : Math.abs(clean.rho) > 1,
    reasons: {
      headroom: room !== null ? null : limits === null ? "rangeUnknown" : whyFew(rows.length, "noRoom"),
      errors: whyErrors({ known, n: rows.length, resolved: r !== null, limited: limits !== null }),
      spreadRatio: spread.reason,
      rho: found.reason,
      disattenuatedRho: clean.reason,
    },
  };
}

/** Best result and chance after orientation; `null` where the best is not declared, or nothing that stands for chance. */
export function limitsOf({ direction, min, max, chance }: Benchmark): { max: number; chance: number } | null {
  const [best, worst] = direction === "higher" ? [max, min] : [min, max];
  const zero = chance ?? worst;
  if (best === null || zero === null) return null;
  return direction === "higher" ? { max: best, chance: zero } : { max: 0 - best, chance: 0 - zero };
}

/**
 * 1 − mean over models of Σ v²(SE/sd)² over var(score); `null` where a capability score has no known error, or the score is not
 * the first component.
 */
export function scoreReliability(fitted: Fit): number | null {
  const { component, rows, used, slice } = fitted;
  if (component === null) return null;
  let noise = 0;
  for (const [k, j] of used.entries()) {
    const cells = cellsOf(slice, j, rows);
    const sd = standardDeviation(cells, 0);
    for (const error of at(standardErrorsOf(fitted, j), rows))
      noise += ((component.weights[k] as number) * (error / sd)) ** 2 / rows.length;
  }
  const share = 1 - noise / (component.scoreVarianceShare * used.length);
  return Number.isFinite(share) ? share : null;
}

function rowsOf({ fitted, score }: Grounds, column: number): number[] {
  const cells = fitted.slice.columns[column] as Float64Array;
  const scored = score.reason === null;
  return [...cells.keys()].filter(
    (i) => !Number.isNaN(cells[i]) && (!scored || !Number.isNaN(score.values[i])),
  );
}

function disattenuated(found: Correlated, own: number | null, ofScore: number | null) {
  if (found.rho === null) return { rho: null, reason: found.reason };
  if (own === null || ofScore === null) return { rho: null, reason: "standardErrorUnknown" };
  if (own <= 0 || ofScore <= 0) return { rho: null, reason: "noReliability" };
  return { rho: found.rho / Math.sqrt(own * ofScore), reason: null };
}

function whyErrors(has: { known: boolean; n: number; resolved: boolean; limited: boolean }): string | null {
  if (has.n === 0) return "noScores";
  if (!has.known) return "standardErrorUnknown";
  if (!has.resolved) return whyFew(has.n, "noError");
  return has.limited ? null : "rangeUnknown";
}

function whyFew(n: number, otherwise: string): string {
  if (n === 0) return "noScores";
  return n < 5 ? "tooFewModels" : otherwise;
}

function at(values: Float64Array, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows, (i) => values[i] as number);
}
