import type { ClassSlice } from "../matrix/class-slice.js";
import { type Fit, fitCapabilities } from "./fit.js";
import type { Grounds } from "./question.js";

/** Each class costs a fit of its own. */
const MOST_CLASSES = 100;

export interface Pooled {
  /** One score for all models: classes are on one scale. */
  readonly fit: Fit;
  /** Each class by itself, in order of appearance. */
  readonly classes: readonly Fit[];
}

/** The capabilities score fitted on the models of all classes together; `null` with one class, or with more than a hundred. */
export function pooledFit({ fitted, classes, fitOf }: Omit<Grounds, "classOf">): Pooled | null {
  if (classes.length < 2 || classes.length > MOST_CLASSES) return null;
  const fits = classes.map((name) => (name === fitted.slice.class ? fitted : fitOf(name)));
  const slices = fits.map(({ slice }) => slice);
  return { fit: fitCapabilities(joined(slices), fitted.basis, fitted.capabilities), classes: fits };
}

function joined(slices: readonly ClassSlice[]): ClassSlice {
  const { benchmarks } = slices[0] as ClassSlice;
  return {
    class: "*",
    models: slices.flatMap(({ models }) => models),
    benchmarks,
    columns: benchmarks.map((_, j) =>
      Float64Array.from(slices.flatMap(({ columns }) => [...(columns[j] as Float64Array)])),
    ),
    standardErrors: null,
  };
}
