import type { Intervention, Model } from "../matrix/score-matrix.js";
import { frozenZScores } from "../stats/frozen-z-scores.js";
import { type Scale, scaleOf } from "./averages.js";
import { cellsOf, type Fit } from "./fit.js";
import type { Grounds } from "./question.js";

/** Where no intervention is declared that the parent does not declare too. */
const UNSPECIFIED = "unspecified";

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
  /** Models whose parent is not in the matrix, or is excluded. */
  readonly orphans: readonly string[];
}

/** Every model of the class with its parent, wherever in the matrix that stands; ordered by method, dose, name. */
export function pairsByParent(grounds: Grounds): Pairing {
  const { fitted } = grounds;
  const references = new References(grounds);
  const children = fitted.slice.models.flatMap((model, row) =>
    model.parent === null || model.parent === model.model ? [] : [{ model, row, parent: model.parent }],
  );
  const placed = children.map((child) => ({ ...child, at: references.find(child.parent) }));
  const found = placed.flatMap(({ at, ...child }) => (at === null ? [] : [{ ...child, at }]));
  const pairs = [...new Set(found.map(({ at }) => at.reference))].flatMap((reference) =>
    pairsWith(
      fitted,
      reference,
      found.filter(({ at }) => at.reference === reference),
    ),
  );
  return {
    pairs: pairs.sort(
      (a, b) => compare(a.method, b.method) || (a.dose ?? 0) - (b.dose ?? 0) || compare(a.model, b.model),
    ),
    orphans: placed.filter(({ at }) => at === null).map(({ model }) => model.model),
  };
}

interface Placed {
  readonly row: number;
  readonly reference: Fit;
}

interface Child {
  readonly model: Model;
  readonly row: number;
  readonly at: Placed;
}

/** Models by name, each with the fit of its class; a class is fitted when a parent is found in it. */
class References {
  readonly #grounds: Grounds;
  readonly #fits = new Map<string, { fit: Fit; rows: ReadonlyMap<string, number> }>();

  constructor(grounds: Grounds) {
    this.#grounds = grounds;
  }

  find(model: string): Placed | null {
    const className = this.#grounds.classOf(model);
    if (className === null) return null;
    const { fit, rows } = this.#class(className);
    const row = rows.get(model);
    return row === undefined ? null : { row, reference: fit };
  }

  #class(name: string) {
    const known = this.#fits.get(name);
    if (known !== undefined) return known;
    const { fitted, fitOf } = this.#grounds;
    const fit = name === fitted.slice.class ? fitted : fitOf(name);
    const made = { fit, rows: new Map(fit.slice.models.map(({ model }, row) => [model, row])) };
    this.#fits.set(name, made);
    return made;
  }
}

/** All pairs whose parents are of one class: one mean and standard deviation of each column serve them all. */
function pairsWith(treated: Fit, reference: Fit, children: readonly Child[]): InterventionPair[] {
  const own = children.map(({ row }) => capabilityCells(treated, row, reference));
  const before = children.map(({ at }) => capabilityCells(reference, at.row, reference));
  const scores = frozenScores(reference, own);
  const parentScores = frozenScores(reference, before);
  const scales = scalesOf(reference, treated);
  return children.map(({ model, row, at }, i) => {
    const parent = reference.slice.models[at.row] as Model;
    const [score = null, parentScore = null] = [scores[i], parentScores[i]];
    const complete = own[i] != null && before[i] != null;
    return {
      model: model.model,
      parent: parent.model,
      reference,
      row,
      parentRow: at.row,
      family: model.family ?? parent.family ?? parent.model,
      ...treatment(model, parent),
      score,
      parentScore,
      scoreChange: finite(score === null || parentScore === null ? null : score - parentScore),
      meanChange: meanChange(own[i] ?? null, before[i] ?? null, scales),
      reason:
        score !== null && parentScore !== null
          ? null
          : (reference.reason ?? (complete ? "notFinite" : "missingCapability")),
    };
  });
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

/** The model's scores on the benchmarks that make the reference's score; `null` where any capability score is missing. */
function capabilityCells({ slice }: Fit, row: number, { capabilities, used }: Fit): Float64Array | null {
  const cells = (columns: readonly number[]) =>
    Float64Array.from(columns, (j) => slice.columns[j]?.[row] as number);
  return used.length === 0 || cells(capabilities).some(Number.isNaN) ? null : cells(used);
}

/** One score a model, on the mean, standard deviation and weights of the fit; `null` where cells are missing. */
function frozenScores(reference: Fit, models: readonly (Float64Array | null)[]): (number | null)[] {
  const { component, slice, used, rows } = reference;
  const complete = models.filter((cells) => cells !== null);
  const sums = new Float64Array(complete.length).fill(component === null ? Number.NaN : 0);
  used.forEach((j, k) => {
    const cells = complete.map((model) => model[k] as number);
    const z = frozenZScores(cellsOf(slice, j, rows), cells);
    const weight = component?.weights[k] ?? Number.NaN;
    sums.forEach((sum, m) => {
      sums[m] = sum + weight * (z?.[m] ?? Number.NaN);
    });
  });
  let next = 0;
  return models.map((cells) => (cells === null ? null : finite(sums[next++] as number)));
}

/** Of the benchmarks of the reference's score; `null` where one is unknown, by the scores of either class. */
function scalesOf(reference: Fit, treated: Fit): readonly Scale[] | null {
  const scales = reference.used.map((j) => (scaleOf(treated, j) === null ? null : scaleOf(reference, j)));
  const known = scales.filter((scale) => scale !== null && scale.max > scale.min);
  return known.length < scales.length || known.length === 0 ? null : (known as Scale[]);
}

function meanChange(
  own: Float64Array | null,
  before: Float64Array | null,
  scales: readonly Scale[] | null,
): number | null {
  if (own === null || before === null || scales === null) return null;
  const changes = scales.map(({ min, max }, k) => ((own[k] as number) - (before[k] as number)) / (max - min));
  return finite(changes.reduce((a, b) => a + b, 0) / changes.length);
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
