import type { RandomStream } from "./philox.js";

/** Rows that are drawn together, all or none: the models of a family. Group g has members[start[g] … start[g + 1]). */
export interface Clusters {
  readonly start: Int32Array;
  readonly members: Int32Array;
}

/** How often each of n rows stands in one resample. */
export interface Resample {
  /** n multiplicities. */
  readonly counts: Float64Array;
  /** Their sum. */
  size: number;
}

export function emptyResample(rows: number): Resample {
  return { counts: new Float64Array(rows), size: 0 };
}

/** n rows with replacement. */
export function drawRows(stream: RandomStream, into: Resample): void {
  const { counts } = into;
  const n = counts.length;
  counts.fill(0);
  for (let k = 0; k < n; k++) {
    const i = stream.below(n);
    counts[i] = (counts[i] as number) + 1;
  }
  into.size = n;
}

/** As many clusters as there are, with replacement, each with all its rows; the size of the resample varies. */
export function drawClusters(stream: RandomStream, { start, members }: Clusters, into: Resample): void {
  const { counts } = into;
  const clusters = start.length - 1;
  counts.fill(0);
  into.size = 0;
  for (let k = 0; k < clusters; k++) {
    const g = stream.below(clusters);
    for (let at = start[g] as number; at < (start[g + 1] as number); at++) {
      const i = members[at] as number;
      counts[i] = (counts[i] as number) + 1;
      into.size += 1;
    }
  }
}

/** Every row once but those of one cluster: what a jackknife leaves. */
export function leaveOut(members: Int32Array, into: Resample): void {
  const { counts } = into;
  counts.fill(1);
  for (const i of members) counts[i] = 0;
  into.size = counts.length - members.length;
}
