/** A measured cost beside its peer's, both from the same run. */
export interface Figure {
  readonly what: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly unit: "ms" | "requests/s" | "× matrix and answer";
  /** ours / peer. */
  readonly ratio: number | null;
  /** What the figure is held to. */
  readonly bound: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

/** Milliseconds of two pieces of work in turn, so that a machine whose speed drifts is fair to both. */
export function inTurn(
  rounds: number,
  ours: () => unknown,
  peer: () => unknown,
): { ours: number; peer: number } {
  const times = { ours: [] as number[], peer: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    times.ours.push(timed(ours));
    times.peer.push(timed(peer));
  }
  return { ours: median(times.ours), peer: median(times.peer) };
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** A wide table of seeded scores, as text. */
export function wideCsv(models: number, benchmarks: number): string {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const header = ["model", ...Array.from({ length: benchmarks }, (_, j) => `benchmark-${j}`)];
  const rows = Array.from({ length: models }, (_, i) => [
    `model-${i}`,
    ...Array.from({ length: benchmarks }, next),
  ]);
  return [header, ...rows].map((cells) => cells.join(",")).join("\n");
}
