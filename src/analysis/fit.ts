import type { ClassSlice } from "../matrix/class-slice.js";
import type { Warning } from "../matrix/warning.js";
import {
  type Basis,
  type PrincipalComponent,
  principalComponent,
  type Spectrum,
} from "../stats/principal-component.js";
import { isConstant } from "../stats/sample.js";

export type NoScore = "noCompleteModels" | "constantCapabilities" | "tiedEigenvalues";

/** The capabilities score of one class, fitted once and shared by every question that rests on it. */
export interface Fit {
  readonly slice: ClassSlice;
  readonly basis: Basis;
  /** Column numbers of all capability benchmarks asked for, and of those that vary and are used. */
  readonly capabilities: readonly number[];
  readonly used: readonly number[];
  /** Row numbers of the models with every capability benchmark. */
  readonly rows: readonly number[];
  /** Models left out, each with the capability benchmarks that it lacks. */
  readonly dropped: readonly { readonly model: string; readonly missing: readonly string[] }[];
  readonly component: PrincipalComponent | null;
  /** Also where λ1 and λ2 tie and there is no component; `null` without a varying benchmark. */
  readonly spectrum: Spectrum | null;
  /** Why there is no component. */
  readonly reason: NoScore | null;
}

/**
 * Fits the first principal component of the capability benchmarks on the models of a class that have all of
 * them (listwise); constant columns are left out (METHODS §2).
 */
export function fitCapabilities(slice: ClassSlice, basis: Basis, capabilities: readonly number[]): Fit {
  const rows = completeRows(slice, capabilities);
  const used = capabilities.filter((j) => rows.length > 0 && !isConstant(cellsOf(slice, j, rows)));
  const outcome = principalComponent(
    used.map((j) => cellsOf(slice, j, rows)),
    basis,
  );
  const component = outcome.reason === null ? outcome : null;
  return {
    slice,
    basis,
    capabilities,
    used,
    rows,
    dropped: incompleteModels(slice, capabilities),
    component,
    spectrum: "eigenvalues" in outcome ? outcome : null,
    reason: component === null ? whyNone(rows, used) : null,
  };
}

/** The cells of one benchmark in the given rows. */
export function cellsOf(slice: ClassSlice, benchmark: number, rows: readonly number[]): Float64Array {
  const column = slice.columns[benchmark] as Float64Array;
  return Float64Array.from(rows, (i) => column[i] as number);
}

/** What a reader of the score must know about how it was fitted. */
export function fitWarnings(fitted: Fit): Warning[] {
  const names = (columns: readonly number[]) =>
    columns.map((j) => fitted.slice.benchmarks[j]?.benchmark as string);
  const constant = fitted.capabilities.filter((j) => !fitted.used.includes(j));
  const negative = fitted.used.filter((_, k) => (fitted.component?.weights[k] ?? 0) < -1e-12);
  return [
    ...(fitted.dropped.length > 0
      ? [
          named(
            "modelsDropped",
            "left out of the capabilities score: a capability score is missing",
            fitted.dropped.map((d) => d.model),
          ),
        ]
      : []),
    ...(fitted.rows.length > 0 && constant.length > 0
      ? [
          named(
            "constantCapability",
            "left out of the capabilities score: every model has the same score",
            names(constant),
          ),
        ]
      : []),
    ...(negative.length > 0
      ? [
          named(
            "negativeWeight",
            "weigh against the capabilities score: check their direction",
            names(negative),
          ),
        ]
      : []),
  ];
}

function named(code: string, message: string, names: readonly string[]): Warning {
  return { code, message, count: names.length, names: names.slice(0, 10) };
}

function completeRows(slice: ClassSlice, capabilities: readonly number[]): number[] {
  return slice.models.flatMap((_, i) =>
    capabilities.every((j) => !Number.isNaN((slice.columns[j] as Float64Array)[i])) ? [i] : [],
  );
}

function incompleteModels(slice: ClassSlice, capabilities: readonly number[]): Fit["dropped"] {
  return slice.models.flatMap(({ model }, i) => {
    const missing = capabilities.filter((j) => Number.isNaN((slice.columns[j] as Float64Array)[i]));
    return missing.length > 0
      ? [{ model, missing: missing.map((j) => slice.benchmarks[j]?.benchmark as string) }]
      : [];
  });
}

function whyNone(rows: readonly number[], used: readonly number[]): NoScore {
  if (rows.length === 0) return "noCompleteModels";
  return used.length === 0 ? "constantCapabilities" : "tiedEigenvalues";
}
