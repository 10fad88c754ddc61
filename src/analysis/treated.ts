import { frozenZScores } from "../stats/frozen-z-scores.js";
import { joinRoundingTies } from "../stats/rounding-ties.js";
import { scaleOf } from "./averages.js";
import { cellsOf, type Fit } from "./fit.js";

/** The fitted models after an intervention that costs capability. */
export interface Treated {
  /** As `fitted.capabilities` and `fitted.rows`. */
  readonly columns: readonly Float64Array[];
  /** On the original mean, standard deviation and weights; NaN where a cell left the range of doubles. */
  readonly scores: Float64Array;
  /** Benchmarks whose chance level is not declared and was taken as their minimum. */
  readonly assumed: readonly string[];
}

/** What a tax of t leaves of each capability score: c + (1 − t)(x − c). Benchmark names where neither chance nor minimum is known. */
export function taxed(fitted: Fit, tax: number): Treated | { readonly unknown: readonly string[] } {
  const { capabilities, slice, rows, component } = fitted;
  const scales = capabilities.map((j) => scaleOf(fitted, j));
  const floors = capabilities.map((j, k) => chanceOf(fitted, j) ?? scales[k]?.min ?? null);
  const named = (wanted: (k: number) => boolean) =>
    capabilities.filter((_, k) => wanted(k)).map((j) => slice.benchmarks[j]?.benchmark as string);
  if (tax > 0 && floors.includes(null)) return { unknown: named((k) => floors[k] === null) };
  const columns = capabilities.map((j, k) => {
    const floor = floors[k] ?? 0;
    const cells = cellsOf(slice, j, rows);
    return tax === 0 ? cells : cells.map((x) => floor + (1 - tax) * (x - floor));
  });
  return {
    columns,
    scores: tax === 0 ? (component?.scores ?? new Float64Array(0)) : frozenScores(fitted, columns),
    assumed: tax === 0 ? [] : named((k) => chanceOf(fitted, capabilities[k] as number) === null),
  };
}

/** Scores of other rows of capability cells, on the mean, standard deviation and weights of the fit. */
function frozenScores(fitted: Fit, columns: readonly Float64Array[]): Float64Array {
  const sums = new Float64Array(columns[0]?.length ?? 0);
  fitted.used.forEach((j, k) => {
    const cells = columns[fitted.capabilities.indexOf(j)] as Float64Array;
    const z = frozenZScores(cellsOf(fitted.slice, j, fitted.rows), cells);
    const weight = fitted.component?.weights[k] ?? Number.NaN;
    sums.forEach((sum, i) => {
      sums[i] = sum + weight * (z?.[i] ?? Number.NaN);
    });
  });
  return sums;
}

/** Original and treated scores, in this order, equal where only rounding tells them apart. */
export function bothScores(fitted: Fit, treated: Treated): Float64Array {
  return joinRoundingTies(Float64Array.from([...(fitted.component?.scores ?? []), ...treated.scores]));
}

function chanceOf({ slice }: Fit, column: number): number | null {
  const { chance, direction } = slice.benchmarks[column] ?? { chance: null, direction: "higher" };
  return chance === null ? null : direction === "lower" ? 0 - chance : chance;
}
