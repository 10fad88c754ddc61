import type { CorrelationMethod } from "./correlation.js";
import { normalQuantile } from "./normal.js";
import type { RandomStream } from "./philox.js";

/** Pearson's r of the bivariate normal distribution that has the coefficient. Source: Kruskal 1958, Ordinal measures of association. */
const NORMAL_R = {
  pearson: (r: number) => r,
  spearman: (rho: number) => 2 * Math.sin((Math.PI * rho) / 6),
  kendall: (tau: number) => Math.sin((Math.PI * tau) / 2),
} as const satisfies Record<CorrelationMethod, (coefficient: number) => number>;

/**
 * n pairs of a bivariate normal distribution whose coefficient is the one given: what that many models would look
 * like if nothing but the correlation were known of them.
 */
export function normalPairs(
  stream: RandomStream,
  n: number,
  coefficient: number,
  method: CorrelationMethod,
): { x: Float64Array; y: Float64Array } {
  const r = Math.abs(coefficient) >= 1 ? Math.sign(coefficient) : NORMAL_R[method](coefficient);
  const rest = Math.sqrt(Math.max(0, 1 - r * r));
  const x = new Float64Array(n);
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    x[i] = normalQuantile(stream.uniform());
    y[i] = r * (x[i] as number) + rest * normalQuantile(stream.uniform());
  }
  return { x, y };
}
