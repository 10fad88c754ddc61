import { normalCdf, normalQuantile } from "./normal.js";

/** The probability of a verdict that `requiredModels` asks for. */
const POWER = 0.8;
const MOST_MODELS = 100_000;

/**
 * The least number of models at which a new set, if the truth is ρ, gets a verdict at threshold τ with
 * probability at least 0.8: an interval beyond ±τ where |ρ| > τ, inside ±τ where |ρ| < τ. `null` at
 * |ρ| = τ, or above 100 000.
 *
 * Source: METHODS §5, on Bonett & Wright's standard error; monotone in n, so found by bisection.
 * @example requiredModels(0.787, 0.4) // => 29
 */
export function requiredModels(rho: number, threshold: number): number | null {
  if (Math.abs(rho) === threshold) return null;
  if (Math.abs(rho) >= 1) return 4;
  const enough = (n: number) => decisionProbability(rho, threshold, n) >= POWER;
  if (!enough(MOST_MODELS)) return null;
  let [below, above] = [3, MOST_MODELS];
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (enough(middle)) above = middle;
    else below = middle;
  }
  return above;
}

function decisionProbability(rho: number, threshold: number, n: number): number {
  const zeta = Math.atanh(Math.abs(rho));
  const alpha = Math.atanh(threshold);
  const standardError = Math.sqrt((1 + rho ** 2 / 2) / (n - 3));
  const z = normalQuantile(0.975);
  if (Math.abs(rho) > threshold) return normalCdf((zeta - alpha) / standardError - z);
  return normalCdf((alpha - zeta) / standardError - z) + normalCdf((alpha + zeta) / standardError - z) - 1;
}
