/** The nouns of the service. A score matrix is models × benchmarks, with what is declared about each. */

export const KINDS = ["capability", "safety", "other"] as const;
export type Kind = (typeof KINDS)[number];

export const DIRECTIONS = ["higher", "lower"] as const;
export type Direction = (typeof DIRECTIONS)[number];

export interface Intervention {
  readonly method: string;
  /** How much of it, in the method's own unit; `null` where it has none. */
  readonly dose: number | null;
}

/** A row. `null` is "not declared"; a statistic that needs it says so instead of guessing. */
export interface Model {
  readonly model: string;
  readonly name: string | null;
  readonly class: string;
  readonly family: string | null;
  /** Count of parameters, not billions. */
  readonly parameters: number | null;
  /** Count of training tokens. */
  readonly trainingTokens: number | null;
  /** Training compute in floating-point operations. */
  readonly trainingFlop: number | null;
  /** `YYYY-MM-DD`. */
  readonly releasedOn: string | null;
  /** The model that this one was made from. */
  readonly parent: string | null;
  /** `null`: not declared. Empty: declared to have none. */
  readonly interventions: readonly Intervention[] | null;
}

/** A column. */
export interface Benchmark {
  readonly benchmark: string;
  readonly name: string | null;
  readonly kind: Kind;
  readonly area: string | null;
  readonly metric: string | null;
  /** Whether a higher or a lower score is better, and for safety: safer. */
  readonly direction: Direction;
  /** The score of random answers, in the benchmark's own unit. */
  readonly chance: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** Number of test items. */
  readonly items: number | null;
}

export interface Source {
  readonly url: string | null;
  readonly citation: string | null;
  readonly licence: string | null;
}

/** What a matrix is called and where it comes from; no statistic reads it, so no digest covers it. */
export interface Description {
  readonly title: string | null;
  readonly description: string | null;
  readonly source: Source | null;
}

export interface ScoreMatrix {
  readonly description: Description;
  readonly models: readonly Model[];
  readonly benchmarks: readonly Benchmark[];
  /** Row-major, models × benchmarks, as posted (not oriented); NaN where there is no score. */
  readonly scores: Float64Array;
  /** Same layout; `null` where no cell has one. */
  readonly standardErrors: Float64Array | null;
}
