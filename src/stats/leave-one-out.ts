import { dominantEigenvector } from "./dominant-eigenvector.js";
import { type Basis, correlationMatrix, weightedSum, withFixedSign } from "./principal-component.js";
import { type Sample, zScores } from "./sample.js";

/**
 * For each column, the first component's scores refitted without it; `null` where λ1 and λ2 of the rest tie or
 * nothing is left. Leaving a column out of R leaves the rest of R as it is, so each refit is a few power iterations
 * from the whole component's weights.
 *
 * @param columns p columns of n values, none constant, none missing.
 * @throws {RangeError} on a value that is not finite.
 */
export function leaveOneOutScores(
  columns: readonly Sample[],
  basis: Basis,
  weights: Float64Array,
): (Float64Array | null)[] {
  const p = columns.length;
  if (p < 2) return columns.map(() => null);
  const standardised = columns.map((column) => zScores(column) as Float64Array);
  const r = Float64Array.from(correlationMatrix(columns, standardised, basis).to1DArray());
  const scratch = new Float64Array(p);
  return columns.map((_, j) => {
    const rest = r.slice();
    for (let k = 0; k < p; k++) {
      rest[j * p + k] = 0;
      rest[k * p + j] = 0;
    }
    const v = weights.slice();
    v[j] = 0;
    return dominantEigenvector(rest, p, v, scratch) ? weightedSum(standardised, withFixedSign(v)) : null;
  });
}
