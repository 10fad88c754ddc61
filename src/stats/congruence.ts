/**
 * Tucker's φ between a unit vector of weights and equal weights: |Σv|/√p, from 0 to 1. At 1 the component
 * is a mean of z-scores.
 *
 * Source: Tucker 1951; Lorenzo-Seva & ten Berge 2006.
 */
export function congruenceWithEqualWeights(weights: Float64Array): number {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return Math.min(1, Math.abs(sum) / Math.sqrt(weights.length));
}

/**
 * Tucker's φ of two vectors of weights over the same benchmarks: |a · b|/(|a||b|), from 0 to 1; `null` where one is zero.
 *
 * Source: Tucker 1951.
 * @throws {RangeError} on unequal lengths.
 */
export function normalisedCongruence(a: Float64Array, b: Float64Array): number | null {
  if (a.length !== b.length) throw new RangeError(`weights of ${a.length} and ${b.length} benchmarks`);
  const product = (x: Float64Array, y: Float64Array) =>
    x.reduce((sum, value, j) => sum + value * (y[j] as number), 0);
  const lengths = Math.sqrt(product(a, a) * product(b, b));
  return lengths === 0 ? null : Math.min(1, Math.abs(product(a, b)) / lengths);
}
