/**
 * How many steps a model that gets one step right with probability p does in a row with reliability r:
 * ln r/ln p. The steps are taken as independent and no error as recovered. 0 where p ≤ 0; `null` where p ≥ 1: no finite
 * number of steps fails often enough.
 *
 * Source: METHODS §13.
 * @param success p, a fraction; what guessing gives is taken out before.
 * @param reliability r, strictly between 0 and 1.
 * @example horizonLength(0.9, 0.5) // => 6.578…
 * @throws {RangeError} on a reliability outside, or a p that is not finite.
 */
export function horizonLength(success: number, reliability: number): number | null {
  if (!(reliability > 0 && reliability < 1)) throw new RangeError(`a reliability of ${reliability}`);
  if (!Number.isFinite(success)) throw new RangeError(`a success rate of ${success}`);
  if (success <= 0) return 0;
  return success >= 1 ? null : Math.log(reliability) / Math.log(success);
}

/** What stands for a success rate of 1 among m items: (k + ½)/(m + 1) at k = m, which is short of 1. */
export function shortOfPerfect(items: number): number {
  return (items + 0.5) / (items + 1);
}
