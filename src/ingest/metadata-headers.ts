import type { Benchmark, Model } from "../matrix/score-matrix.js";

/**
 * The spellings of headers, as one table that the documentation shows. A header is compared in lower case, with
 * everything but letters and digits as a space and "camelCase" parted; a unit at its end is taken off.
 */

/** The column that names the model; an earlier spelling wins where a table has several. */
export const MODEL_HEADERS = [
  "model version",
  "model",
  "model name",
  "model id",
  "llm model",
  "llm",
  "models",
  "llm name",
  "model full name",
] as const;

/** A table with a model, a benchmark and a score column is tidy. */
export const BENCHMARK_HEADERS = [
  "benchmark",
  "benchmark name",
  "benchmark id",
  "task",
  "task name",
  "scenario",
  "dataset",
  "eval",
  "evaluation",
] as const;

export const SCORE_HEADERS = ["score", "value", "result", "best score across scorers", "accuracy"] as const;

export const STANDARD_ERROR_HEADERS = [
  "standard error",
  "stderr",
  "std err",
  "std error",
  "se",
  "score stderr",
  "score standard error",
] as const;

/** How a cell is read: a count may carry a unit; a name is text. */
export type FieldForm = "name" | "count" | "number" | "date" | "word";

interface FieldHeaders {
  readonly form: FieldForm;
  readonly headers: readonly string[];
}

export const MODEL_FIELDS = {
  name: { form: "name", headers: ["name", "display name", "model display name"] },
  class: { form: "name", headers: ["class", "type", "model type", "model class"] },
  family: { form: "name", headers: ["family", "model family", "series", "model series"] },
  parameters: {
    form: "count",
    headers: [
      "parameters",
      "params",
      "size",
      "model size",
      "model parameters",
      "model params",
      "total parameters",
      "total params",
      "number of parameters",
      "num parameters",
      "num params",
      "n params",
      "parameter count",
      "param count",
    ],
  },
  trainingTokens: {
    form: "count",
    headers: [
      "training tokens",
      "train tokens",
      "pretraining tokens",
      "pretraining data size",
      "training data size",
      "training dataset size",
      "data size",
      "tokens",
    ],
  },
  trainingFlop: {
    form: "count",
    headers: [
      "training flop",
      "training flops",
      "flop",
      "flops",
      "pretraining flops",
      "training compute",
      "training compute flop",
      "compute",
    ],
  },
  releasedOn: {
    form: "date",
    headers: [
      "released on",
      "release date",
      "released",
      "date released",
      "launch date",
      "model release date",
      "version release date",
      "publication date",
    ],
  },
  parent: {
    form: "name",
    headers: ["parent", "parent model", "base model", "finetuned from", "fine tuned from"],
  },
} as const satisfies Partial<Record<keyof Model, FieldHeaders>>;

/** Columns of a side file about benchmarks. */
export const BENCHMARK_FIELDS = {
  name: { form: "name", headers: ["name", "display name", "benchmark display name"] },
  kind: { form: "word", headers: ["kind"] },
  area: { form: "name", headers: ["area", "category"] },
  metric: { form: "name", headers: ["metric"] },
  direction: { form: "word", headers: ["direction"] },
  chance: { form: "number", headers: ["chance", "random", "random baseline", "chance level"] },
  min: { form: "number", headers: ["min", "minimum", "min score"] },
  max: { form: "number", headers: ["max", "maximum", "max score"] },
  items: { form: "number", headers: ["items", "number of items", "n items", "num items"] },
} as const satisfies Partial<Record<keyof Benchmark, FieldHeaders>>;

/** Powers of ten that a header may name as its last word, as in `Model Size (B)`; also `1E21`. */
export const UNITS = {
  k: 3,
  thousand: 3,
  m: 6,
  million: 6,
  millions: 6,
  b: 9,
  billion: 9,
  billions: 9,
  bn: 9,
  t: 12,
  trillion: 12,
  trillions: 12,
} as const;

/** A count of parameters, tokens or FLOP below this is in some unit that the header does not name. */
export const SMALLEST_COUNT = 1e5;
