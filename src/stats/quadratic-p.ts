import cdf from "@stdlib/stats-base-dists-t-cdf";
import { isConstant, requirePairs, type Sample } from "./sample.js";

/** Relative to the total: less is an exact fit, or a predictor that the others explain. */
const NOTHING_LEFT = 1e-12;

/**
 * Two-sided p of the squared term when y is regressed on x and x². On ranks a small value says that a small correlation
 * hides a bend, so that "not correlated" is not "not related". `null` where it is undefined: fewer than four
 * pairs, a constant side, fewer than three distinct x, or a perfect fit.
 *
 * Source: METHODS §5; ordinary least squares, n − 3 degrees of freedom.
 * @example quadraticP(midranks(score), midranks(benchmark))
 * @throws {RangeError} on unequal lengths or a value that is not finite.
 */
export function quadraticP(x: Sample, y: Sample): number | null {
  requirePairs(x, y);
  const n = x.length;
  if (n < 4 || isConstant(x) || isConstant(y)) return null;
  const sums = momentsOf(x, y);
  // What x and x² leave of each other and of y, by the normal equations of two centred predictors.
  const bendSquares = sums.qq - sums.lq ** 2 / sums.ll;
  if (bendSquares <= NOTHING_LEFT * sums.qq) return null;
  const bendTarget = sums.qt - (sums.lq * sums.lt) / sums.ll;
  const leftSquares = sums.tt - sums.lt ** 2 / sums.ll - bendTarget ** 2 / bendSquares;
  if (leftSquares <= NOTHING_LEFT * sums.tt) return null;
  const t = bendTarget / bendSquares / Math.sqrt(leftSquares / (n - 3) / bendSquares);
  return 2 * cdf(-Math.abs(t), n - 3);
}

/** Sums of products of l = x less its mean, q = l² less its mean, and t = y less its mean. */
function momentsOf(x: Sample, y: Sample) {
  const n = x.length;
  const meanX = meanOf(x);
  const meanY = meanOf(y);
  let meanSquare = 0;
  for (let i = 0; i < n; i++) meanSquare += ((x[i] as number) - meanX) ** 2 / n;
  const sums = { ll: 0, lq: 0, qq: 0, lt: 0, qt: 0, tt: 0 };
  for (let i = 0; i < n; i++) {
    const l = (x[i] as number) - meanX;
    const q = l * l - meanSquare;
    const t = (y[i] as number) - meanY;
    sums.ll += l * l;
    sums.lq += l * q;
    sums.qq += q * q;
    sums.lt += l * t;
    sums.qt += q * t;
    sums.tt += t * t;
  }
  return sums;
}

function meanOf(values: Sample): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}
