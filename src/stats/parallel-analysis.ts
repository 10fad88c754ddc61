import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { normalQuantile } from "./normal.js";
import type { RandomStream } from "./philox.js";
import { type Basis, correlationMatrix } from "./principal-component.js";
import { zScores } from "./sample.js";

/**
 * Eigenvalues, largest first, of the correlation matrix of an n × p matrix of independent normal values: what R of
 * benchmarks that have nothing in common would look like with as few models.
 *
 * Source: Horn 1965, A rationale and test for the number of factors.
 */
export function nullEigenvalues(stream: RandomStream, n: number, p: number, basis: Basis): Float64Array {
  const columns = Array.from({ length: p }, () =>
    Float64Array.from({ length: n }, () => normalQuantile(stream.uniform())),
  );
  const standardised = columns.map((column) => zScores(column) as Float64Array);
  const r = new Matrix(correlationMatrix(columns, standardised, basis));
  const { realEigenvalues } = new EigenvalueDecomposition(r, { assumeSymmetric: true });
  return Float64Array.from(realEigenvalues).sort().reverse();
}
