import { type Rate, rateOf } from "./rate.js";

export interface Uniformity {
  /** How often p is at most each level, and how often it should be under the null. */
  readonly shares: readonly { readonly level: number; readonly share: Rate }[];
  /** Greatest distance between the distribution of p and the uniform one (Kolmogorov–Smirnov), and its p. */
  readonly distance: number;
  readonly distanceP: number;
}

const LEVELS = [0.01, 0.05, 0.1, 0.5] as const;

export function uniformity(ps: readonly number[]): Uniformity {
  const sorted = Float64Array.from(ps).sort();
  const n = sorted.length;
  const distance = sorted.reduce((most, p, i) => Math.max(most, p - i / n, (i + 1) / n - p), 0);
  return {
    shares: LEVELS.map((level) => ({ level, share: rateOf(ps.map((p) => p <= level)) })),
    distance,
    distanceP: kolmogorovP(distance, n),
  };
}

/** Kolmogorov's limit with Stephens' (1970) correction for n. */
function kolmogorovP(distance: number, n: number): number {
  const root = Math.sqrt(n);
  const x = (root + 0.12 + 0.11 / root) * distance;
  // Below this the sum converges too slowly, and is 1 to ten digits.
  if (x < 0.25) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) sum += 2 * (-1) ** (k - 1) * Math.exp(-2 * (k * x) ** 2);
  return Math.min(1, Math.max(0, sum));
}
