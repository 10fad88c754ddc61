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
  const linear = centred(Float64Array.from(x));
  const target = centred(Float64Array.from(y));
  const square = linear.map((value) => value * value);
  const bend = residual(centred(square), linear);
  const rest = residual(target, linear);
  const bendSquares = sumOfProducts(bend, bend);
  if (bendSquares <= NOTHING_LEFT * sumOfProducts(square, square)) return null;
  const slope = sumOfProducts(bend, rest) / bendSquares;
  const left = rest.map((value, i) => value - slope * (bend[i] as number));
  const leftSquares = sumOfProducts(left, left);
  if (leftSquares <= NOTHING_LEFT * sumOfProducts(target, target)) return null;
  const t = slope / Math.sqrt(leftSquares / (n - 3) / bendSquares);
  return 2 * cdf(-Math.abs(t), n - 3);
}

function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

/** Of centred values, on one centred predictor. */
function residual(values: Float64Array, on: Float64Array): Float64Array {
  const slope = sumOfProducts(values, on) / sumOfProducts(on, on);
  return values.map((value, i) => value - slope * (on[i] as number));
}

function sumOfProducts(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}
