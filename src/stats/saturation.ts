import { requireFinite, type Sample } from "./sample.js";

/** The strongest results that a ceiling is read from. */
export const TOP = 5;

/**
 * How far the best results stand from the best there is, as a share of the way from chance: (max − mean of the top 5)/(max −
 * chance). `null` where it is undefined: fewer than five values, or no room between chance and max.
 *
 * Source: METHODS §11.
 * @example headroom([1, 0.5, 0.5, 0.5, 0.5], { max: 1, chance: 0 }) // => 0.4
 * @throws {RangeError} on a value that is not finite.
 */
export function headroom(x: Sample, { max, chance }: { max: number; chance: number }): number | null {
  requireFinite(x);
  if (x.length < TOP || !(max > chance)) return null;
  const top = Float64Array.from(x).sort().subarray(-TOP);
  const share = top.reduce((sum, value) => sum + (max - value) / (max - chance), 0) / TOP;
  return Number.isFinite(share) ? share : null;
}

/** Share of results within two standard errors of the best there is; `null` for none. @param errors one a result. */
export function shareAtCeiling(x: Sample, errors: Sample, max: number): number | null {
  if (x.length === 0) return null;
  let at = 0;
  for (let i = 0; i < x.length; i++) if (max - (x[i] as number) <= 2 * (errors[i] as number)) at += 1;
  return at / x.length;
}

/**
 * R = (x₍₁₎ − x₍₅₎)/√(SE₁² + SE₅²): by how many standard errors the best result differs from the fifth. Among equal results the
 * largest error counts. `null` where it is undefined: fewer than five results, or no error in either.
 *
 * Source: METHODS §11; exp(−R²) is its saturation index, our own.
 */
export function resolution(x: Sample, errors: Sample): number | null {
  if (x.length < TOP) return null;
  const order = [...x.keys()].sort(
    (a, b) => (x[b] as number) - (x[a] as number) || (errors[b] as number) - (errors[a] as number),
  );
  const [first, fifth] = [order[0] as number, order[TOP - 1] as number];
  const noise = Math.hypot(errors[first] as number, errors[fifth] as number);
  const r = ((x[first] as number) - (x[fifth] as number)) / noise;
  return noise > 0 && Number.isFinite(r) ? r : null;
}

/** √(p(1 − p)/items) on a scale of this width, for a share p of right answers; NaN where p is no share. */
export function binomialError(p: number, items: number, width: number): number {
  return p >= 0 && p <= 1 ? width * Math.sqrt((p * (1 - p)) / items) : Number.NaN;
}

/**
 * The share of a variance that is not error: 1 − mean(SE²)/var(x, ddof 1); 0 or less where errors explain it all. `null` for
 * fewer than two values, or values that never vary.
 *
 * Source: Lord & Novick 1968; METHODS §11.
 */
export function reliability(x: Sample, errors: Sample): number | null {
  const n = x.length;
  const origin = x[0] ?? 0;
  let [sum, error] = [0, 0];
  for (let i = 0; i < n; i++) {
    sum += (x[i] as number) - origin;
    error += (errors[i] as number) ** 2;
  }
  let square = 0;
  for (let i = 0; i < n; i++) square += ((x[i] as number) - origin - sum / n) ** 2;
  const share = 1 - error / n / (square / (n - 1));
  return square > 0 && Number.isFinite(share) ? share : null;
}
