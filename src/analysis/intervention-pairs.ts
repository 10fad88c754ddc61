import type { Intervention, Model } from "../matrix/score-matrix.js";
import { frozenZScores } from "../stats/frozen-z-scores.js";
import { type Scale, scaleOf } from "./averages.js";
import { cellsOf, type Fit } from "./fit.js";
import type { Grounds } from "./question.js";

/** Where no intervention is declared that the parent does not declare too. */
export const UNSPECIFIED = "unspecified";

/** A treated model and the model that it was made from. Capability is measured as the parent's class is. */
export interface InterventionPair {
  readonly model: string;
  readonly parent: string;
  /** The fit of the parent's class. */
  readonly reference: Fit;
  /** Rows in the slice of the treated class, and of the parent's. */
  readonly row: number;
  readonly parentRow: number;
  /** The treated model's, else the parent's, else the parent itself: what pairs are clustered by. */
  readonly family: string;
  readonly method: string;
  readonly dose: number | null;
  /** On the mean, standard deviation and weights of the parent's class. */
  readonly score: number | null;
  readonly parentScore: number | null;
  readonly scoreChange: number | null;
  /** On the 0–1 scale of `mean`. */
  readonly meanChange: number | null;
  /** Why changes are null. */
  readonly reason: string | null;
}

export interface Pairing {
  readonly pairs: readonly InterventionPair[];
  /** Models whose parent is not in the matrix. */
  readonly orphans: readonly string[];
}

/** Every model of the class with its parent, wherever in the matrix that stands; ordered by method, dose, name. */
export function pairsByParent({ fitted, classes, fitOf }: Grounds): Pairing {
  const places = placesOf(classes.map((name) => (name === fitted.slice.class ? fitted : fitOf(name))));
  const children = fitted.slice.models.flatMap((model, row) =>
    model.parent === null ? [] : [{ model, row }],
  );
  const pairs = children.flatMap(({ model, row }) => {
    const at = places.get(model.parent as string);
    return at === undefined || at.model === model ? [] : [pairOf(fitted, { model, row }, at)];
  });
  return {
    pairs: pairs.sort(
      (a, b) => compare(a.method, b.method) || (a.dose ?? 0) - (b.dose ?? 0) || compare(a.model, b.model),
    ),
    orphans: children
      .filter(({ model }) => !places.has(model.parent as string))
      .map(({ model }) => model.model),
  };
}

interface Placed {
  readonly model: Model;
  readonly row: number;
  readonly reference: Fit;
}

function placesOf(fits: readonly Fit[]): ReadonlyMap<string, Placed> {
  return new Map(
    fits.flatMap((reference) =>
      reference.slice.models.map((model, row) => [model.model, { model, row, reference }] as const),
    ),
  );
}

function pairOf(
  treated: Fit,
  { model, row }: { model: Model; row: number },
  { model: parent, row: parentRow, reference }: Placed,
): InterventionPair {
  const own = capabilityCells(treated, row, reference);
  const before = capabilityCells(reference, parentRow, reference);
  const scores = own === null || before === null ? null : frozenScores(reference, [own, before]);
  const [score = null, parentScore = null] = scores ?? [];
  const scale = scalesOf(reference, treated);
  return {
    model: model.model,
    parent: parent.model,
    reference,
    row,
    parentRow,
    family: model.family ?? parent.family ?? parent.model,
    ...treatment(model, parent),
    score,
    parentScore,
    scoreChange: finite(score !== null && parentScore !== null ? score - parentScore : null),
    meanChange: own === null || before === null || scale === null ? null : meanChange(own, before, scale),
    reason:
      scores !== null
        ? null
        : (reference.reason ?? (own === null || before === null ? "missingCapability" : "notFinite")),
  };
}

/** What the model declares that its parent does not: several methods together are one of their own, and have no one dose. */
function treatment(model: Model, parent: Model): { method: string; dose: number | null } {
  const key = ({ method, dose }: Intervention) => JSON.stringify([method, dose]);
  const before = new Set((parent.interventions ?? []).map(key));
  const added = (model.interventions ?? []).filter((one) => !before.has(key(one)));
  const methods = [...new Set(added.map(({ method }) => method))].sort(compare);
  return {
    method: methods.length === 0 ? UNSPECIFIED : methods.join(" + "),
    dose: added.length === 1 ? (added[0]?.dose ?? null) : null,
  };
}

/** The model's scores on the benchmarks that make the reference's score; `null` where one is missing. */
function capabilityCells({ slice }: Fit, row: number, { used }: Fit): Float64Array | null {
  const cells = Float64Array.from(used, (j) => slice.columns[j]?.[row] as number);
  return used.length === 0 || cells.some(Number.isNaN) ? null : cells;
}

/** One score a model, on the mean, standard deviation and weights of the fit. */
function frozenScores(reference: Fit, models: readonly Float64Array[]): number[] | null {
  const { component, slice, used, rows } = reference;
  if (component === null) return null;
  const sums = models.map(() => 0);
  used.forEach((j, k) => {
    const z = frozenZScores(
      cellsOf(slice, j, rows),
      models.map((cells) => cells[k] as number),
    );
    models.forEach((_, m) => {
      sums[m] = (sums[m] as number) + (component.weights[k] as number) * (z?.[m] ?? Number.NaN);
    });
  });
  return sums.every(Number.isFinite) ? sums : null;
}

/** Of the benchmarks of the reference's score; `null` where one is unknown, by the scores of either class. */
function scalesOf(reference: Fit, treated: Fit): readonly Scale[] | null {
  const scales = reference.used.map((j) => (scaleOf(treated, j) === null ? null : scaleOf(reference, j)));
  const known = scales.filter((scale) => scale !== null && scale.max > scale.min);
  return known.length < scales.length || known.length === 0 ? null : (known as Scale[]);
}

function meanChange(own: Float64Array, before: Float64Array, scales: readonly Scale[]): number | null {
  const changes = scales.map(({ min, max }, k) => ((own[k] as number) - (before[k] as number)) / (max - min));
  return finite(changes.reduce((a, b) => a + b, 0) / changes.length);
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
