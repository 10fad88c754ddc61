/** Relative to the spread of the values; scores that differ by less differ by rounding. */
export const ROUNDING_SPREAD = 1e-12;
/** Sums of many terms carry some units in the last place of their size. */
export const ROUNDING_UNITS = 16 * Number.EPSILON;

/**
 * The values with those that differ only by rounding made equal, so that ranks do not depend on the order in which
 * sums were added: (.1 + .7) / 2 and (.3 + .5) / 2 are one score. NaN stays.
 *
 * @example joinRoundingTies(Float64Array.of(0.39999999999999997, 0.4, 0.5)) // => the first two equal
 */
export function joinRoundingTies(values: Float64Array): Float64Array {
  const present = [...values.keys()].filter((i) => !Number.isNaN(values[i]));
  const order = present.sort((a, b) => (values[a] as number) - (values[b] as number));
  const low = values[order[0] ?? 0] as number;
  const high = values[order.at(-1) ?? 0] as number;
  const tolerance = Math.max(
    ROUNDING_SPREAD * (high - low),
    ROUNDING_UNITS * Math.max(Math.abs(low), Math.abs(high)),
  );
  const joined = values.slice();
  let start = low;
  for (const i of order) {
    if ((values[i] as number) - start > tolerance) start = values[i] as number;
    joined[i] = start;
  }
  return joined;
}
