import { PCA } from "ml-pca";
import { quantile, sampleRankCorrelation } from "simple-statistics";
import type { ScoreTable } from "../score-table.js";

/**
 * Milliseconds a resample of the loop that one writes with ml-pca and simple-statistics as their pages show them: every
 * column is ranked anew, by `sampleRankCorrelation`, in every resample. Few resamples are timed, since each costs the same.
 */
export function plainLoop({ rows, capabilities }: ScoreTable, resamples: number): number {
  const start = performance.now();
  const original = weightsOf(columnsOf(rows), capabilities);
  const width = (rows[0] as readonly number[]).length;
  const rhos: number[][] = Array.from({ length: width - capabilities }, () => []);
  for (let b = 0; b < resamples; b++) {
    const columns = columnsOf(rows.map(() => rows[Math.floor(Math.random() * rows.length)] as number[]));
    const found = weightsOf(columns, capabilities);
    const sign = Math.sign(sum(found.map((weight, j) => weight * (original[j] as number))));
    const standard = columns.slice(0, capabilities).map(zScores);
    const score = rows.map(
      (_, i) => sign * sum(standard.map((z, j) => (z[i] as number) * (found[j] as number))),
    );
    columns.slice(capabilities).forEach((target, j) => {
      const rho = rankCorrelationOfPresent(score, target);
      if (Number.isFinite(rho)) (rhos[j] as number[]).push(rho);
    });
  }
  for (const found of rhos) if (found.length > 0) quantile(found, [0.025, 0.975]);
  return (performance.now() - start) / resamples;
}

function columnsOf(rows: readonly (readonly number[])[]): number[][] {
  return (rows[0] as readonly number[]).map((_, j) => rows.map((row) => row[j] as number));
}

/** A constant column correlates 0 with all others, so its weight is 0. */
function weightsOf(columns: readonly number[][], capabilities: number): number[] {
  const R = Array.from({ length: capabilities }, () => new Array<number>(capabilities).fill(1));
  for (let a = 0; a < capabilities; a++) {
    for (let b = 0; b < a; b++) {
      const rho = sampleRankCorrelation(columns[a] as number[], columns[b] as number[]) || 0;
      (R[a] as number[])[b] = rho;
      (R[b] as number[])[a] = rho;
    }
  }
  return new PCA(R, { isCovarianceMatrix: true }).getEigenvectors().getColumn(0);
}

function zScores(column: readonly number[]): number[] {
  const mean = sum(column) / column.length;
  const deviation = Math.sqrt(sum(column.map((x) => (x - mean) ** 2)) / column.length);
  return column.map((x) => (deviation === 0 ? 0 : (x - mean) / deviation));
}

function rankCorrelationOfPresent(score: readonly number[], target: readonly number[]): number {
  const present = [...target.keys()].filter((i) => !Number.isNaN(target[i]));
  if (present.length < 3) return Number.NaN;
  return sampleRankCorrelation(
    present.map((i) => score[i] as number),
    present.map((i) => target[i] as number),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
