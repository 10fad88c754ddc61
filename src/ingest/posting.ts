import type { Place } from "../errors.js";
import type { Benchmark, Description, Model } from "../matrix/score-matrix.js";
import type { Warning } from "../matrix/warning.js";

/** A model as one place of a post declares it: only what is said there, so that `merge` keeps the rest. */
export interface ModelRecord {
  readonly place: Place;
  readonly fields: { readonly model: string } & Partial<Omit<Model, "model">>;
}

export interface BenchmarkRecord {
  readonly place: Place;
  readonly fields: { readonly benchmark: string } & Partial<Omit<Benchmark, "benchmark">>;
}

/** The scores of a post, a column each, because ten million objects do not fit. */
export interface ScoreColumns {
  readonly length: number;
  /** Distinct names in order of first appearance; a name whose scores are all missing is among them. */
  readonly models: readonly string[];
  readonly benchmarks: readonly string[];
  /** `model[i]` and `benchmark[i]` are indices into the names. */
  readonly model: ArrayLike<number>;
  readonly benchmark: ArrayLike<number>;
  /** Always finite and never −0: a missing score is no row. */
  readonly score: ArrayLike<number>;
  /** NaN where a score has none; `null` where none has. */
  readonly standardError: ArrayLike<number> | null;
  place(index: number): Place;
}

/** What one body or one part of a multipart post says. */
export interface Records {
  readonly description: Partial<Description>;
  readonly models: readonly ModelRecord[];
  readonly benchmarks: readonly BenchmarkRecord[];
  /** Whether the post lists its models (benchmarks), so that a score of any other is a mistake. */
  readonly closed: { readonly models: boolean; readonly benchmarks: boolean };
  readonly scores: ScoreColumns;
}

/** What any reader makes of any bytes: records with their places, before defaults and cross-checks. */
export interface Posting extends Records {
  readonly warnings: readonly Warning[];
}
