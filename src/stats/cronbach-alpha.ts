/**
 * Standardised Cronbach's α of k benchmarks with mean pairwise correlation r̄: k·r̄/(1 + (k − 1)·r̄). 1 where all agree; below 0
 * where they contradict each other, −∞ at the least r̄ there is.
 *
 * Source: Cronbach 1951; Falk & Savalei 2011 for the standardised form.
 * @example cronbachAlpha(3, 0.5) // => 0.75
 */
export function cronbachAlpha(k: number, meanCorrelation: number): number {
  return (k * meanCorrelation) / (1 + (k - 1) * meanCorrelation);
}
