import type { Benchmark } from "../matrix/score-matrix.js";
import { weightedSum } from "../stats/principal-component.js";
import { midranks } from "../stats/ranks.js";
import { zScores } from "../stats/sample.js";
import { cellsOf, type Fit } from "./fit.js";

/** An average over the fitted rows, or why there is none; `assumed` names benchmarks whose chance level was taken as their minimum. */
export type Average =
  | { readonly values: Float64Array; readonly assumed: readonly string[] }
  | {
      readonly values: null;
      readonly reason: "rangeUnknown" | "noCompleteModels" | "constantCapabilities";
      readonly names: readonly string[];
    };

/**
 * The plain averages that the first component is compared with, over the same benchmarks and rows (METHODS §3):
 * `mean` of scores on a 0–1 scale, `zmean` of z-scores, `chanceAdjustedMean` of the share of the way from
 * chance to the maximum, `meanRank` of midranks (higher is better).
 */
export const AVERAGES = {
  mean: (fitted: Fit) => onScale(fitted, (scale) => scale.min),
  zmean: (fitted: Fit) => average(fitted, (cells) => zScores(cells) as Float64Array),
  chanceAdjustedMean: (fitted: Fit) => onScale(fitted, (scale) => scale.chance ?? scale.min),
  meanRank: (fitted: Fit) => average(fitted, midranks),
} as const satisfies Record<string, (fitted: Fit) => Average>;

export type AverageName = keyof typeof AVERAGES;
export const AVERAGE_NAMES = Object.keys(AVERAGES) as [AverageName, ...AverageName[]];

function average(fitted: Fit, transform: (cells: Float64Array, benchmark: number) => Float64Array): Average {
  if (fitted.rows.length === 0) return { values: null, reason: "noCompleteModels", names: [] };
  if (fitted.used.length === 0) return { values: null, reason: "constantCapabilities", names: [] };
  const columns = fitted.used.map((j) => transform(cellsOf(fitted.slice, j, fitted.rows), j));
  const equal = new Float64Array(columns.length).fill(1);
  return { values: weightedSum(columns, equal).map((sum) => sum / columns.length), assumed: [] };
}

/** Zero of the scale is what `zero` picks, one is the maximum. */
function onScale(fitted: Fit, zero: (scale: Scale) => number): Average {
  const scales = new Map(fitted.used.map((j) => [j, scaleOf(fitted, j)]));
  const unknown = fitted.used.filter((j) => scales.get(j) === null).map((j) => nameOf(fitted, j));
  if (unknown.length > 0) return { values: null, reason: "rangeUnknown", names: unknown };
  const scaleAt = (j: number) => scales.get(j) as Scale;
  const narrow = fitted.used.filter(
    (j) => !hasRoom(cellsOf(fitted.slice, j, fitted.rows), zero(scaleAt(j)), scaleAt(j).max),
  );
  if (narrow.length > 0)
    return { values: null, reason: "rangeUnknown", names: narrow.map((j) => nameOf(fitted, j)) };
  const result = average(fitted, (cells, j) => {
    const [from, to] = [zero(scaleAt(j)), scaleAt(j).max];
    return cells.map((x) => (x - from) / (to - from));
  });
  const assumed = fitted.used.filter((j) => scaleAt(j).chance === null).map((j) => nameOf(fitted, j));
  return result.values === null ? result : { values: result.values, assumed };
}

/** Whether a share of the way from zero to the maximum exists: chance may be declared as the best score there is. */
function hasRoom(cells: Float64Array, zero: number, max: number): boolean {
  const width = max - zero;
  return width > 0 && Number.isFinite(width) && cells.every((x) => Number.isFinite((x - zero) / width));
}

/** A benchmark's scale after orientation: `max` is the best score there is. */
export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly chance: number | null;
}

/** Declared, or 0–1 where nothing speaks against it; `null` where it is not known. */
export function scaleOf(fitted: Fit, column: number): Scale | null {
  const benchmark = fitted.slice.benchmarks[column] as Benchmark;
  const range =
    declaredRange(benchmark) ?? unitRange(fitted.slice.columns[column] as Float64Array, benchmark);
  if (range === null) return null;
  const { min, max } = range;
  const { chance, direction } = benchmark;
  if (direction === "higher") return { min, max, chance };
  return { min: 0 - max, max: 0 - min, chance: chance === null ? null : 0 - chance };
}

function declaredRange({ min, max }: Benchmark): { min: number; max: number } | null {
  return min !== null && max !== null ? { min, max } : null;
}

/** Undeclared, with all values in 0…1: the scale is 0–1. A declared bound other than that speaks against it. */
function unitRange(
  oriented: Float64Array,
  { min, max, direction }: Benchmark,
): { min: number; max: number } | null {
  if ((min ?? 0) !== 0 || (max ?? 1) !== 1) return null;
  const sign = direction === "lower" ? -1 : 1;
  return oriented.every((x) => Number.isNaN(x) || (sign * x >= 0 && sign * x <= 1))
    ? { min: 0, max: 1 }
    : null;
}

function nameOf(fitted: Fit, column: number): string {
  return fitted.slice.benchmarks[column]?.benchmark as string;
}
