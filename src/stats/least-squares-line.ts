import type { Interval } from "./correlation-interval.js";
import { isConstant, requirePairs, type Sample } from "./sample.js";
import { tQuantile } from "./t.js";

/** Relative to the total: residuals of less are an exact fit, whose standard errors are rounding. */
const NOTHING_LEFT = 1e-12;

/** y = intercept + slope · x by ordinary least squares over n pairs. */
export interface Line {
  readonly n: number;
  readonly slope: number;
  readonly intercept: number;
  /** Share of the variance of y, a fraction. */
  readonly r2: number;
  /** s_e = √(Σ residual²/(n − 2)), in the unit of y; `null` for two pairs and where the line is exact. */
  readonly residualSd: number | null;
  readonly meanX: number;
  /** Σ(x − x̄)². */
  readonly squaresX: number;
  readonly lowX: number;
  readonly highX: number;
}

/**
 * The least-squares line through paired samples; `null` where it is undefined: fewer than two pairs, a side that never
 * varies, or numbers whose squares are no doubles.
 *
 * @example leastSquaresLine([0, 1, 2], [1, 3, 5])?.slope // => 2
 * @throws {RangeError} on unequal lengths or a value that is not finite.
 */
export function leastSquaresLine(x: Sample, y: Sample): Line | null {
  requirePairs(x, y);
  const n = x.length;
  if (n < 2 || isConstant(x) || isConstant(y)) return null;
  const [dx, dy] = [deviationsOf(x), deviationsOf(y)];
  let [xx, xy, yy] = [0, 0, 0];
  let [lowX, highX] = [x[0] as number, x[0] as number];
  for (let i = 0; i < n; i++) {
    xx += (dx.from[i] as number) ** 2;
    xy += (dx.from[i] as number) * (dy.from[i] as number);
    yy += (dy.from[i] as number) ** 2;
    lowX = Math.min(lowX, x[i] as number);
    highX = Math.max(highX, x[i] as number);
  }
  const slope = xy / xx;
  let left = 0;
  for (let i = 0; i < n; i++) left += ((dy.from[i] as number) - slope * (dx.from[i] as number)) ** 2;
  const line = {
    n,
    slope,
    intercept: dy.mean - slope * dx.mean,
    r2: 1 - left / yy,
    residualSd: n > 2 && left > NOTHING_LEFT * yy ? Math.sqrt(left / (n - 2)) : null,
    meanX: dx.mean,
    squaresX: xx,
    lowX,
    highX,
  };
  return [line.slope, line.intercept, line.r2].every(Number.isFinite) && xx > 0 ? line : null;
}

/** The mean, and each value's distance from it, taken from an origin within the sample: an offset of 1e15 costs nothing. */
function deviationsOf(x: Sample): { mean: number; from: Float64Array } {
  const origin = x[0] as number;
  let mean = 0;
  for (let i = 0; i < x.length; i++) mean += ((x[i] as number) - origin) / x.length;
  return { mean: origin + mean, from: Float64Array.from(x, (value) => value - origin - mean) };
}

/** Slope ± t·s_e/√Σ(x − x̄)²; `null` where the residuals have no spread of their own. @param level a fraction such as 0.95. */
export function slopeInterval({ n, slope, residualSd, squaresX }: Line, level: number): Interval | null {
  if (residualSd === null) return null;
  const reach = (tQuantile((1 + level) / 2, n - 2) * residualSd) / Math.sqrt(squaresX);
  return { low: slope - reach, high: slope + reach };
}

/**
 * The standard error of a new y at x: s_e·√(1 + 1/n + (x − x̄)²/Σ(x − x̄)²), in the unit of y; `null` as `residualSd`.
 *
 * Source: any text on regression, such as Draper & Smith 1998, §3.1; METHODS §10.
 */
export function predictionError({ n, residualSd, meanX, squaresX }: Line, x: number): number | null {
  return residualSd === null ? null : residualSd * Math.sqrt(1 + 1 / n + (x - meanX) ** 2 / squaresX);
}
