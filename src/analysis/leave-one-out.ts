import type { Warning } from "../matrix/warning.js";
import { leaveOneOutScores } from "../stats/leave-one-out.js";
import { AVERAGES, type AverageName } from "./averages.js";
import { correlate } from "./correlate.js";
import { cellsOf, type Fit, fitCapabilities } from "./fit.js";
import { overSlice, type Scoring, scoring } from "./measure.js";
import type { ComputeOptions } from "./options.js";

/** Each refit costs a decomposition; beyond this many the answer would keep everyone waiting. */
const MOST_PARTS = 100;

export interface LeaveOneOut {
  readonly warnings: readonly Warning[];
  /** The correlation of a capability benchmark with the score refitted as if it were none of its parts. */
  rho(benchmark: number): number | null;
}

export function leaveOneOutCorrelations(fitted: Fit, options: ComputeOptions): LeaveOneOut {
  const parts = fitted.capabilities.length;
  if (options.measure.startsWith("named:") || parts < 2) return { warnings: [], rho: () => null };
  if (parts > MOST_PARTS) {
    const message = `leaveOneOutRho is not computed for more than ${MOST_PARTS} capability benchmarks`;
    return { warnings: [{ code: "leaveOneOutNotComputed", message, count: parts }], rho: () => null };
  }
  const without = scoringWithout(fitted, options);
  return {
    warnings: [],
    rho: (j) => correlate(without(j), fitted.slice.columns[j] as Float64Array, options.correlation).rho,
  };
}

/** Where leaving a benchmark out brings models back, everything is refitted; otherwise the rows stay and so does the rest of R. */
function scoringWithout(fitted: Fit, { measure }: ComputeOptions): (benchmark: number) => Scoring {
  const alone = new Set(
    fitted.dropped.filter(({ missing }) => missing.length === 1).map(({ missing }) => missing[0]),
  );
  const columns = fitted.used.map((j) => cellsOf(fitted.slice, j, fitted.rows));
  const weights = measure === "pc1" ? (fitted.component?.weights ?? null) : null;
  const scores = weights === null ? null : leaveOneOutScores(columns, fitted.basis, weights);
  return (j) => {
    const place = fitted.used.indexOf(j);
    const refit = () =>
      scoring(
        fitCapabilities(
          fitted.slice,
          fitted.basis,
          fitted.capabilities.filter((k) => k !== j),
        ),
        measure,
      );
    if (alone.has(fitted.slice.benchmarks[j]?.benchmark) || (measure === "pc1" && scores === null))
      return refit();
    if (measure !== "pc1") {
      const average = AVERAGES[measure as AverageName]({
        ...fitted,
        used: fitted.used.filter((k) => k !== j),
      });
      return overSlice(fitted, average.values, average.values === null ? average.reason : null);
    }
    if (place < 0) return scoring(fitted, measure);
    const left = scores?.[place] ?? null;
    return overSlice(fitted, left, left === null ? "tiedEigenvalues" : null);
  };
}
