import { EigenvalueDecomposition, Matrix } from "ml-matrix";

const MOST_STEPS = 200;
const SETTLED = 1e-13;
/** As for the component itself: λ1 and λ2 nearer than this leave the direction to rounding. */
const TIED = 1e-9;

/**
 * The unit eigenvector of the largest eigenvalue of a symmetric, positive semidefinite p × p matrix (row-major),
 * written to `v`, which comes in as a guess. Power iteration, and a full decomposition where that does not settle.
 * Returns false where λ1 and λ2 tie.
 */
export function dominantEigenvector(
  matrix: Float64Array,
  p: number,
  v: Float64Array,
  scratch: Float64Array,
): boolean {
  for (let step = 0; step < MOST_STEPS; step++) {
    const square = multiply(matrix, p, v, scratch);
    if (square === 0) return false;
    const length = Math.sqrt(square);
    let moved = 0;
    for (let i = 0; i < p; i++) {
      const next = (scratch[i] as number) / length;
      moved = Math.max(moved, Math.abs(next - (v[i] as number)));
      v[i] = next;
    }
    if (moved < SETTLED) return true;
  }
  return dominantByDecomposition(matrix, p, v);
}

/** Mv to `product`; returns its squared length. Four rows at a time: one sum alone would wait for itself at every step. */
function multiply(matrix: Float64Array, p: number, v: Float64Array, product: Float64Array): number {
  let square = 0;
  let i = 0;
  for (; i + 3 < p; i += 4) {
    const [at0, at1, at2, at3] = [i * p, (i + 1) * p, (i + 2) * p, (i + 3) * p];
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let j = 0; j < p; j++) {
      const x = v[j] as number;
      s0 += (matrix[at0 + j] as number) * x;
      s1 += (matrix[at1 + j] as number) * x;
      s2 += (matrix[at2 + j] as number) * x;
      s3 += (matrix[at3 + j] as number) * x;
    }
    product[i] = s0;
    product[i + 1] = s1;
    product[i + 2] = s2;
    product[i + 3] = s3;
    square += s0 * s0 + s1 * s1 + (s2 * s2 + s3 * s3);
  }
  for (; i < p; i++) {
    let s = 0;
    for (let j = 0; j < p; j++) s += (matrix[i * p + j] as number) * (v[j] as number);
    product[i] = s;
    square += s * s;
  }
  return square;
}

/** The same by full decomposition alone. A matrix of zeros has none. */
export function dominantByDecomposition(matrix: Float64Array, p: number, v: Float64Array): boolean {
  if (!matrix.some((value) => value !== 0)) return false;
  const rows = Array.from({ length: p }, (_, i) => Array.from(matrix.subarray(i * p, (i + 1) * p)));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(new Matrix(rows), {
    assumeSymmetric: true,
  });
  const largest = [...realEigenvalues.keys()].sort(
    (a, b) => (realEigenvalues[b] as number) - (realEigenvalues[a] as number),
  );
  const [first, second] = [largest[0] as number, largest[1]];
  const lambda1 = realEigenvalues[first] as number;
  if (second !== undefined && lambda1 - (realEigenvalues[second] as number) <= TIED * lambda1) return false;
  for (let i = 0; i < p; i++) v[i] = eigenvectorMatrix.get(i, first);
  return true;
}
