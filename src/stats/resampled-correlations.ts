import type { CorrelationMethod } from "./correlation.js";
import { ResampledKendall } from "./resampled-kendall.js";
import { ResampledPearson } from "./resampled-pearson.js";
import { ResampledSpearman } from "./resampled-spearman.js";
import type { ResampledCorrelations } from "./scored-resample.js";
import type { SortedColumns } from "./sorted-columns.js";

/** Each coefficient's way through resamples. */
export const RESAMPLED = {
  spearman: (targets: SortedColumns) => new ResampledSpearman(targets),
  pearson: (targets: SortedColumns) => new ResampledPearson(targets),
  kendall: (targets: SortedColumns) => new ResampledKendall(targets),
} as const satisfies Record<CorrelationMethod, (targets: SortedColumns) => ResampledCorrelations>;
