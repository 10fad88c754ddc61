import type { Benchmark, ScoreMatrix } from "../matrix/score-matrix.js";
import { normalised } from "./header.js";
import type { Warnings } from "./warnings.js";

/** What cannot be known to be wrong, but whoever posted it should look at: every value is kept. */
export function warnOfSuspicions(matrix: ScoreMatrix, warnings: Warnings): void {
  const width = matrix.benchmarks.length;
  for (const { model } of matrix.models)
    if (PSEUDO_MODELS.has(normalised(model))) warnings.add("pseudoModel", model);
  warnOfEmptyRows(matrix, warnings);
  const aggregates = new Set(rowMeanColumns(matrix));
  matrix.benchmarks.forEach((benchmark, j) => {
    const name = benchmark.benchmark;
    const values = columnOf(matrix, j);
    if (values.length === 0) warnings.add("emptyColumn", name);
    if (aggregates.has(j) || (width > 1 && AGGREGATES.has(normalised(name))))
      warnings.add("aggregateColumn", name);
    const outside = values.filter((value) => isOutside(value, benchmark)).length;
    if (outside > 0) warnings.add("outsideRange", name, {}, outside);
    const sentinels = countSentinels(values);
    if (sentinels > 0) warnings.add("possibleSentinel", name, {}, sentinels);
    if (hasTwoUnits(values)) warnings.add("suspectedMixedUnits", name);
  });
}

const PSEUDO_MODELS: ReadonlySet<string> = new Set([
  ...[
    "average",
    "row avg",
    "avg",
    "row average",
    "mean",
    "row mean",
    "median",
    "total",
    "overall",
    "max",
    "min",
  ],
  ...[
    "random",
    "random baseline",
    "random guess",
    "random chance",
    "chance",
    "majority",
    "majority baseline",
  ],
  ...[
    "baseline",
    "human",
    "humans",
    "human baseline",
    "human average",
    "human avg",
    "human expert",
    "human experts",
  ],
]);

const AGGREGATES: ReadonlySet<string> = new Set([
  ...["average", "avg", "mean", "overall", "total", "aggregate", "mean score", "average score", "avg score"],
  ...["overall score", "total score", "global average", "overall average", "macro average", "micro average"],
]);

function warnOfEmptyRows({ models, benchmarks, scores }: ScoreMatrix, warnings: Warnings): void {
  const width = benchmarks.length;
  models.forEach(({ model }, row) => {
    if (scores.subarray(row * width, (row + 1) * width).every(Number.isNaN)) warnings.add("emptyRow", model);
  });
}

function columnOf({ models, benchmarks, scores }: ScoreMatrix, j: number): number[] {
  const values: number[] = [];
  for (let row = 0; row < models.length; row += 1) {
    const value = scores[row * benchmarks.length + j] as number;
    if (!Number.isNaN(value)) values.push(value);
  }
  return values;
}

function isOutside(value: number, { min, max }: Benchmark): boolean {
  return value < (min ?? value) || value > (max ?? value);
}

/** Rounding in published tables: a thousandth of a column's largest value. */
const ROUNDING = 1e-3;

/** The columns that equal the mean of the others, in every row that has them all: x = mean of the rest ⇔ x = mean of all. */
function rowMeanColumns({ models, benchmarks, scores }: ScoreMatrix): readonly number[] {
  const width = benchmarks.length;
  if (width < 3) return [];
  const rows = models
    .map((_, row) => scores.subarray(row * width, (row + 1) * width))
    .filter((cells) => !cells.some(Number.isNaN));
  if (rows.length < 3) return [];
  const means = rows.map((cells) => cells.reduce((sum, value) => sum + value / width, 0));
  return benchmarks.flatMap((_, j) => {
    const values = rows.map((cells) => cells[j] as number);
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const varies = values.some((value) => value !== values[0]);
    return varies && values.every((value, i) => Math.abs(value - (means[i] as number)) <= ROUNDING * scale)
      ? [j]
      : [];
  });
}

const FEWEST_TO_JUDGE = 3;

/** A 0 or -1 is suspicious where every other score is above 0 and even the smallest is near their median. */
function countSentinels(values: readonly number[]): number {
  const others = values.filter((value) => value !== 0 && value !== -1).sort((a, b) => a - b);
  const marks = values.length - others.length;
  if (marks === 0) return 0;
  const [smallest] = others;
  if (smallest === undefined) return values.every((value) => value === -1) ? marks : 0;
  if (smallest < 0 || others.length < FEWEST_TO_JUDGE) return 0;
  const minusOnes = values.filter((value) => value === -1).length;
  const median = others[Math.floor(others.length / 2)] as number;
  return smallest >= median / 4 ? marks : minusOnes;
}

/** Some scores in 0 to 1, others far above with a gap between: fractions among percentages, likely. */
function hasTwoUnits(values: readonly number[]): boolean {
  if (values.length <= FEWEST_TO_JUDGE || values.some((value) => value < 0 || value > 100)) return false;
  const fractions = values.filter((value) => value > 0 && value <= 1);
  const percentages = values.filter((value) => value > 1);
  if (fractions.length * 10 < values.length || percentages.length * 10 < values.length) return false;
  const smallest = percentages.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  return smallest >= 5 * fractions.reduce((most, value) => Math.max(most, value), 0);
}
