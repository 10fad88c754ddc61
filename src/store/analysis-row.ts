import type { Computation, Prisma, Analysis as Row } from "./generated/client.js";
import type { Analysis, AnalysisState } from "./store.js";

export const ANALYSIS_COLUMNS = {
  id: true,
  matrix: true,
  revision: true,
  digest: true,
  question: true,
  every: true,
  url: true,
  keys: true,
  status: true,
  error: true,
  askedBy: true,
  createdAt: true,
  endedAt: true,
} satisfies Prisma.AnalysisSelect;

/** A row holds how an analysis ended; that it runs is that somebody owns one of its claims. */
export function analysisOf(
  row: Row,
  claims: readonly Pick<Computation, "key" | "owner" | "progress">[],
): Analysis {
  const own = row.status === "queued" ? claims.filter(({ key }) => row.keys.includes(key)) : [];
  const running = own.some(({ owner }) => owner !== null);
  return {
    ...row,
    status: running ? "running" : (row.status as AnalysisState),
    error: row.error === null ? null : JSON.parse(row.error),
    underWay: new Map(own.map(({ key, progress }) => [key, progress])),
  };
}
