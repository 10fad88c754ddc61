import type { Model } from "../matrix/score-matrix.js";
import { LEAST_TRAINING } from "../stats/cross-fitted-residuals.js";
import { familyNumbers } from "./families.js";

/** More folds cost more than they tell: beyond, families share folds. */
const MOST_FOLDS = 30;

/** What is held out in turn, as places in the list of models. */
export interface Folds {
  readonly by: "family" | "model" | null;
  /** Place → number of its fold. */
  readonly foldOf: readonly number[];
  readonly count: number;
}

/**
 * A family is held out at a time; where that leaves fewer than eight models to select on, a model at a time; none where
 * that does as well.
 */
export function suiteFolds(models: readonly Model[]): Folds {
  const families = familyNumbers(models);
  const [byFamily, byModel] = [folded(families), folded([...models.keys()])];
  if (leastTraining(byFamily) >= LEAST_TRAINING) return { by: "family", ...byFamily };
  if (leastTraining(byModel) >= LEAST_TRAINING) return { by: "model", ...byModel };
  return { by: null, foldOf: [], count: 0 };
}

function folded(groups: readonly number[]) {
  const foldOf = groups.map((group) => group % MOST_FOLDS);
  return { foldOf, count: new Set(foldOf).size };
}

function leastTraining({ foldOf, count }: { foldOf: readonly number[]; count: number }): number {
  const sizes = new Array<number>(count).fill(0);
  for (const fold of foldOf) sizes[fold] = (sizes[fold] as number) + 1;
  return foldOf.length - Math.max(0, ...sizes);
}
