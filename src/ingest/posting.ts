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
  /** Distinct names in order of first appearance; `model[i]` and `benchmark[i]` are indices into them. */
  readonly models: readonly string[];
  readonly benchmarks: readonly string[];
  readonly model: ArrayLike<number>;
  readonly benchmark: ArrayLike<number>;
  /** Always finite: a missing score is no row. */
  readonly score: ArrayLike<number>;
  /** NaN where a score has none; `null` where none has. */
  readonly standardError: ArrayLike<number> | null;
  place(index: number): Place;
}

/** What any reader makes of any bytes: records with their places, before defaults and cross-checks. */
export interface Posting {
  readonly description: Partial<Description>;
  /** `null`: the post declares none, so they are inferred from the scores (and from the file's columns). */
  readonly models: readonly ModelRecord[] | null;
  readonly benchmarks: readonly BenchmarkRecord[] | null;
  readonly scores: ScoreColumns;
  readonly warnings: readonly Warning[];
}
