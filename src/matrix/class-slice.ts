import type { Benchmark, Model, ScoreMatrix } from "./score-matrix.js";

/** The models of one class with every benchmark, oriented so that higher is better (METHODS §1). */
export interface ClassSlice {
  readonly class: string;
  readonly models: readonly Model[];
  readonly benchmarks: readonly Benchmark[];
  /** One array a benchmark, one value a model; NaN where there is no score. */
  readonly columns: readonly Float64Array[];
  /** Same layout, in the benchmark's own unit; `null` where no cell has one. */
  readonly standardErrors: readonly Float64Array[] | null;
}

/** The classes of a matrix with their number of models, in order of first appearance. */
export function classCounts(models: readonly Model[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { class: name } of models) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Models named in `exclude` are left out, as if they had not been posted. */
export function sliceOf(
  matrix: ScoreMatrix,
  className: string,
  exclude: ReadonlySet<string> = new Set(),
): ClassSlice {
  const width = matrix.benchmarks.length;
  const rows = matrix.models.flatMap((m, row) =>
    m.class === className && !exclude.has(m.model) ? [row] : [],
  );
  const column = (cells: Float64Array, j: number) =>
    Float64Array.from(rows, (row) => cells[row * width + j] as number);
  return {
    class: className,
    models: rows.map((row) => matrix.models[row] as Model),
    benchmarks: matrix.benchmarks,
    columns: matrix.benchmarks.map((b, j) => orient(column(matrix.scores, j), b)),
    standardErrors:
      matrix.standardErrors === null
        ? null
        : matrix.benchmarks.map((_, j) => column(matrix.standardErrors as Float64Array, j)),
  };
}

/** Subtracted from 0 rather than negated, so that a 0 never becomes −0. */
function orient(values: Float64Array, { direction }: Benchmark): Float64Array {
  return direction === "lower" ? values.map((x) => 0 - x) : values;
}
