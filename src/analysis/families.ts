import type { Model } from "../matrix/score-matrix.js";
import type { Clusters } from "../stats/resample.js";
import { sharedInt32 } from "../stats/shared-array.js";

/** The number of each model's family, from 0 in order of appearance; a model that declares none is one of its own. */
export function familyNumbers(models: readonly Model[]): number[] {
  const numbers = new Map<string, number>();
  let next = 0;
  return models.map(({ family }) => {
    const known = family === null ? undefined : numbers.get(family);
    if (known !== undefined) return known;
    if (family !== null) numbers.set(family, next);
    next += 1;
    return next - 1;
  });
}

/** Families as clusters of places in the list. */
export function familyClusters(models: readonly Model[]): Clusters {
  const numbers = familyNumbers(models);
  const families = Math.max(-1, ...numbers) + 1;
  const start = sharedInt32(families + 1);
  const members = sharedInt32(models.length);
  for (const number of numbers) start[number + 1] = (start[number + 1] as number) + 1;
  for (let g = 0; g < families; g++) start[g + 1] = (start[g + 1] as number) + (start[g] as number);
  const filled = start.slice();
  numbers.forEach((number, i) => {
    const at = filled[number] as number;
    members[at] = i;
    filled[number] = at + 1;
  });
  return { start, members };
}
