import type { CorrelationRow } from "./correlation-row.js";

export interface Extremes {
  readonly most: readonly CorrelationRow[];
  readonly least: readonly CorrelationRow[];
}

/** The safety benchmarks of a class that capability orders most (largest |ρ|) and least (smallest), at most `count` each. */
export function extremes(rows: readonly CorrelationRow[], count: number): Extremes {
  const ordered = rows
    .filter(({ kind, rho }) => kind === "safety" && rho !== null)
    .sort((a, b) => Math.abs(b.rho ?? 0) - Math.abs(a.rho ?? 0));
  return { most: ordered.slice(0, count), least: ordered.slice(count).slice(-count).reverse() };
}

/** `0.79 [0.53, 0.91]`: two digits are what an interval of this width supports. */
export function rhoInWords({ rho, intervals }: CorrelationRow): string {
  if (rho === null) return "–";
  const bounds = intervals.percentile ?? intervals.bonettWright;
  const figure = (value: number) => value.toFixed(2).replace("-", "−");
  return bounds === null ? figure(rho) : `${figure(rho)} [${figure(bounds.low)}, ${figure(bounds.high)}]`;
}
