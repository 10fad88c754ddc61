import { requirePairs, type Sample } from "./sample.js";

/**
 * One-way ICC(1) of values in groups: how alike two values of one group are, 1 at most, and 0 on average where groups
 * say nothing. `null` where it is undefined: fewer than two groups, no group of two, or values that never vary.
 * Groups may differ in size: k0 = (N − Σn²/N)/(g − 1) stands for it.
 *
 * Source: Shrout & Fleiss 1979; Donner 1986 for unequal groups.
 * @param groups one group label a value.
 * @throws {RangeError} on unequal lengths or a value that is not finite.
 */
export function intraclassCorrelation(values: Sample, groups: readonly number[]): number | null {
  requirePairs(values, groups);
  const total = values.length;
  const sizes = new Map<number, { size: number; sum: number }>();
  groups.forEach((group, i) => {
    const { size, sum } = sizes.get(group) ?? { size: 0, sum: 0 };
    sizes.set(group, { size: size + 1, sum: sum + (values[i] as number) });
  });
  const g = sizes.size;
  if (g < 2 || g === total) return null;
  const mean = [...sizes.values()].reduce((sum, group) => sum + group.sum, 0) / total;
  let between = 0;
  let squaredSizes = 0;
  for (const { size, sum } of sizes.values()) {
    between += size * (sum / size - mean) ** 2;
    squaredSizes += size * size;
  }
  let within = 0;
  groups.forEach((group, i) => {
    const { size, sum } = sizes.get(group) as { size: number; sum: number };
    within += ((values[i] as number) - sum / size) ** 2;
  });
  const usualSize = (total - squaredSizes / total) / (g - 1);
  const [meanBetween, meanWithin] = [between / (g - 1), within / (total - g)];
  const spread = meanBetween + (usualSize - 1) * meanWithin;
  return spread > 0 ? (meanBetween - meanWithin) / spread : null;
}
