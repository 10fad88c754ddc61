import { Matrix, QrDecomposition } from "ml-matrix";
import { isConstant, type Sample, zScores } from "./sample.js";

/** Share of the variance that may be left: an average rounded to four digits still is one. */
const LEFT = 1e-5;
const LEAST_SPARE = 3;

/**
 * Which columns a whole is a weighted sum of, with weights above 0 and an offset, but for rounding; `null` where it is not.
 * There must be three more rows than columns: with fewer, anything is a sum of anything.
 *
 * @example partsOfSum([2, 3, 5, 4, 9, 1], [[1, 1, 2, 3, 4, 1], [3, 5, 8, 5, 14, 1]]) // => [0, 1]
 * @throws {RangeError} on a value that is not finite.
 */
export function partsOfSum(whole: Sample, columns: readonly Sample[]): number[] | null {
  if (columns.length < 2 || whole.length < columns.length + LEAST_SPARE) return null;
  if (isConstant(whole) || columns.some(isConstant)) return null;
  const z = columns.map((column) => zScores(column) as Float64Array);
  const y = zScores(whole) as Float64Array;
  const decomposition = new QrDecomposition(new Matrix(z.map((column) => [...column])).transpose());
  if (!decomposition.isFullRank()) return null;
  const weights = decomposition.solve(Matrix.columnVector([...y])).to1DArray();
  const left = y.reduce((sum, value, i) => {
    const fitted = z.reduce((total, column, j) => total + (weights[j] as number) * (column[i] as number), 0);
    return sum + (value - fitted) ** 2;
  }, 0);
  if (!(left <= LEFT * y.length)) return null;
  const parts = weights.flatMap((weight, j) => (Math.abs(weight) > Math.sqrt(LEFT) ? [j] : []));
  return parts.length >= 2 && parts.every((j) => (weights[j] as number) > 0) ? parts : null;
}
