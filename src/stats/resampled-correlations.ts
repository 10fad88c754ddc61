import type { CorrelationMethod } from "./correlation.js";
import type { Arena } from "./kernel/arena.js";
import { ResampledKendall } from "./resampled-kendall.js";
import { ResampledPearson } from "./resampled-pearson.js";
import { ResampledSpearman } from "./resampled-spearman.js";
import type { ResampledCorrelations } from "./scored-resample.js";
import type { SortedColumns } from "./sorted-columns.js";

interface Way {
  /** Bytes of the arena that it takes. */
  bytes(targets: SortedColumns): number;
  begin(targets: SortedColumns, arena: Arena): ResampledCorrelations;
}

/** Each coefficient's way through resamples. */
export const RESAMPLED: Readonly<Record<CorrelationMethod, Way>> = {
  spearman: {
    bytes: ResampledSpearman.bytes,
    begin: (targets, arena) => new ResampledSpearman(targets, arena),
  },
  pearson: { bytes: () => 0, begin: (targets) => new ResampledPearson(targets) },
  kendall: { bytes: () => 0, begin: (targets) => new ResampledKendall(targets) },
};
