import { binomialError } from "../stats/saturation.js";
import { scaleOf } from "./averages.js";
import type { Fit } from "./fit.js";

/**
 * The standard error of each cell of a benchmark, in its own unit: the one given, else √(x(1 − x)/items) on the benchmark's scale;
 * NaN where neither is known (METHODS §11).
 */
export function standardErrorsOf(fitted: Fit, column: number): Float64Array {
  const { slice } = fitted;
  const given = slice.standardErrors?.[column];
  const items = slice.benchmarks[column]?.items ?? null;
  const scale = items === null ? null : scaleOf(fitted, column);
  const cells = slice.columns[column] as Float64Array;
  return cells.map((x, i) => {
    const known = given?.[i] ?? Number.NaN;
    if (!Number.isNaN(known) || items === null || scale === null || Number.isNaN(x)) return known;
    const width = scale.max - scale.min;
    return binomialError((x - scale.min) / width, items, width);
  });
}
