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
