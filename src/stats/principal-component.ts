import { Matrix } from "ml-matrix";
import { PCA } from "ml-pca";
import { midranks } from "./ranks.js";
import { isConstant, type Sample, zScores } from "./sample.js";

export const BASES = ["spearman", "pearson"] as const;
/** Which correlation of the columns is decomposed. */
export type Basis = (typeof BASES)[number];

/** What is defined whatever the direction of the first component. */
export interface Spectrum {
  /** Eigenvalues of R, largest first; they sum to the number of columns. */
  readonly eigenvalues: Float64Array;
  /** λ1/Σλ, a fraction. */
  readonly explainedVariance: number;
}

export interface PrincipalComponent extends Spectrum {
  readonly reason: null;
  /** Unit eigenvector of R's largest eigenvalue, one entry a column. */
  readonly weights: Float64Array;
  /** weight × √λ1: the correlation of a column with the component, where R is Pearson's. */
  readonly loadings: Float64Array;
  /** One a row: z-scored columns times weights. */
  readonly scores: Float64Array;
  /** Variance of the scores (ddof 0) over the number of columns, a fraction. */
  readonly scoreVarianceShare: number;
}

export type NoComponent =
  | { readonly reason: "noColumns" | "constantColumn" }
  | ({ readonly reason: "tiedEigenvalues" } & Spectrum);

/** λ1 and λ2 nearer than this, relatively, leave the direction of the first component to rounding. */
const TIED = 1e-9;

/**
 * The first principal component of z-scored columns: scores are Zv, where v is the unit eigenvector of the
 * largest eigenvalue of R, the Spearman (midranks) or Pearson correlation of the columns. An eigenvector's
 * sign is arbitrary; ours makes the weight of largest magnitude positive, the first such column on ties
 * within 1e-12. A reason instead where it is undefined: no column, a constant column (the caller drops and
 * names them), or λ1 − λ2 ≤ 1e-9 λ1.
 *
 * Source: Ren et al. 2024, Safetywashing, §3 and released analysis; METHODS §2.
 * @param columns p columns of n values each, no value missing.
 * @throws {RangeError} on unequal lengths or a value that is not finite.
 */
export function principalComponent(
  columns: readonly Sample[],
  basis: Basis,
): PrincipalComponent | NoComponent {
  if (columns.length === 0) return { reason: "noColumns" };
  if (columns.some(isConstant)) return { reason: "constantColumn" };
  const standardised = columns.map((column) => zScores(column) as Float64Array);
  const { eigenvalues, first } = decompose(basisScores(columns, standardised, basis));
  const lambda1 = eigenvalues[0] as number;
  const spectrum = {
    eigenvalues,
    explainedVariance: lambda1 / eigenvalues.reduce((sum, value) => sum + value, 0),
  };
  if (eigenvalues.length > 1 && lambda1 - (eigenvalues[1] as number) <= TIED * lambda1) {
    return { reason: "tiedEigenvalues", ...spectrum };
  }

  const weights = withFixedSign(first);
  const scores = weightedSum(standardised, weights);
  return {
    reason: null,
    ...spectrum,
    weights,
    loadings: weights.map((weight) => weight * Math.sqrt(lambda1)),
    scores,
    scoreVarianceShare: meanSquare(scores) / columns.length,
  };
}

/** Σ column × weight for each row, added in column order, so that equal rows have equal sums to the bit. */
export function weightedSum(columns: readonly Float64Array[], weights: Float64Array): Float64Array {
  const sums = new Float64Array(columns[0]?.length ?? 0);
  columns.forEach((column, j) => {
    const weight = weights[j] as number;
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + weight * (column[i] as number);
  });
  return sums;
}

/** R: the correlation of the columns or of their midranks. */
export function correlationMatrix(
  columns: readonly Sample[],
  standardised: readonly Float64Array[],
  basis: Basis,
): Matrix {
  return correlationsOf(basisScores(columns, standardised, basis));
}

/** What R is made of, a row a column: z-scores of the values or of their midranks. */
function basisScores(
  columns: readonly Sample[],
  standardised: readonly Float64Array[],
  basis: Basis,
): Matrix {
  const z =
    basis === "pearson" ? standardised : columns.map((column) => zScores(midranks(column)) as Float64Array);
  return new Matrix(z.map((column) => Array.from(column)));
}

function correlationsOf(z: Matrix): Matrix {
  const r = z.mmul(z.transpose()).div(z.columns);
  for (let j = 0; j < z.rows; j++) r.set(j, j, 1);
  return r;
}

/**
 * All eigenvalues of R = Z'Z/n, largest first, and the unit eigenvector of the largest. With more columns than rows
 * they come from ZZ'/n, which has the same ones but zeros and is the smaller matrix.
 */
function decompose(z: Matrix): { eigenvalues: Float64Array; first: Float64Array } {
  const [p, n] = [z.rows, z.columns];
  const wide = p > n;
  const pca = new PCA(wide ? z.transpose().mmul(z).div(n) : correlationsOf(z), { isCovarianceMatrix: true });
  // A correlation matrix has no negative eigenvalue; rounding may say −1e-16.
  const eigenvalues = new Float64Array(p);
  eigenvalues.set(pca.getEigenvalues().map((value) => Math.max(0, value)));
  const vector = pca.getEigenvectors().getColumn(0);
  if (!wide) return { eigenvalues, first: Float64Array.from(vector) };
  const mapped = Float64Array.from(z.mmul(Matrix.columnVector(vector)).to1DArray());
  const length = Math.sqrt(mapped.reduce((sum, value) => sum + value * value, 0));
  return { eigenvalues, first: mapped.map((value) => value / length) };
}

/** The entry of largest magnitude positive; the first such entry on ties within 1e-12. */
export function withFixedSign(v: Float64Array): Float64Array {
  let leader = 0;
  v.forEach((weight, j) => {
    if (Math.abs(weight) > Math.abs(v[leader] as number) + 1e-12) leader = j;
  });
  const sign = Math.sign(v[leader] as number);
  return v.map((weight) => sign * weight);
}

/** The variance (ddof 0) of values whose mean is zero. */
function meanSquare(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0) / values.length;
}
