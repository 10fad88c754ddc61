import * as z from "zod";
import { DomainError, quote } from "../errors.js";
import type { Benchmark } from "../matrix/score-matrix.js";
import { quantiles } from "../stats/distribution.js";
import type { Fit } from "./fit.js";
import { scoring } from "./measure.js";
import { unknownNames } from "./nearest-names.js";
import type { OptionsOf } from "./question.js";

const NUMBER = /^(?:quantile:)?[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d{1,3})?$/i;

export const ORDERS = ["mostCapable", "leastCapable", "random", "named"] as const;
export const MODES = ["replace", "add"] as const;

export const scenarioOptions = {
  benchmark: z
    .array(z.string())
    .length(1, "name one benchmark")
    .meta({ description: "The benchmark whose scores the intervention changes; one" }),
  mode: z.enum(MODES).default("replace").meta({
    description:
      "`replace`: treated models take the place of the originals, the score stays as fitted. `add`: treated copies join them and the score is refitted",
  }),
  order: z.enum(ORDERS).default("mostCapable").meta({
    description:
      "Who is treated first, by original score, ties in row order; `random`: mean over 1 000 orders; `named`: as `model=` lists",
  }),
  model: z
    .array(z.string())
    .default([])
    .meta({ description: "Repeat: the models to treat, in this order (with `order=named`)" }),
  to: z
    .string()
    .max(40)
    .refine(isTarget, "is best, chance, quantile:q with q from 0 to 1, or a number")
    .default("best")
    .meta({
      description:
        "What treated models score: `best` observed, `chance` as declared, `quantile:q` of the observed scores (1 is the best), or a number in the benchmark's own unit",
    }),
  tax: z.coerce.number().min(0).lt(1).default(0).meta({
    description:
      "t: each capability score x of a treated model goes to c + (1 − t)(x − c), c its chance level",
  }),
};

export type ScenarioOptions = OptionsOf<typeof scenarioOptions>;

function isTarget(text: string): boolean {
  if (text === "best" || text === "chance") return true;
  const value = Number(text.replace(/^quantile:/, ""));
  if (!NUMBER.test(text) || !Number.isFinite(value)) return false;
  return !text.startsWith("quantile:") || (value >= 0 && value <= 1);
}

/** Who is treated, in which order, and what becomes of them. */
export interface Scenario {
  readonly column: number;
  /** Rows of the slice that have both score and benchmark; the treated ones first, in order. `random`: by name. */
  readonly rows: readonly number[];
  /** How many of these are treated at most. */
  readonly most: number;
  /** What treated models score, oriented; NaN where nobody was tested. */
  readonly target: number;
}

/** @throws {DomainError} for a benchmark, model or target value that the matrix does not have. */
export function scenarioOf(fitted: Fit, options: ScenarioOptions): Scenario {
  const { slice } = fitted;
  const column = benchmarkAsked(fitted, options);
  const cells = slice.columns[column] as Float64Array;
  const score = scoring(fitted, "pc1").values;
  const both = slice.models.flatMap((_, i) => (Number.isNaN(score[i]) || Number.isNaN(cells[i]) ? [] : [i]));
  const named = namedRows(fitted, both, options);
  const rows = {
    mostCapable: () => both.toSorted((a, b) => (score[b] as number) - (score[a] as number) || a - b),
    leastCapable: () => both.toSorted((a, b) => (score[a] as number) - (score[b] as number) || a - b),
    random: () => both.toSorted((a, b) => (nameAt(fitted, a) < nameAt(fitted, b) ? -1 : 1)),
    named: () => [...named, ...both.filter((i) => !named.includes(i))],
  }[options.order]();
  const observed = Float64Array.from(both, (i) => cells[i] as number);
  return {
    column,
    rows,
    most: options.order === "named" ? named.length : rows.length,
    target: targetOf(slice.benchmarks[column] as Benchmark, observed, options.to),
  };
}

function benchmarkAsked({ slice }: Fit, { benchmark }: ScenarioOptions): number {
  const known = slice.benchmarks.map((b) => b.benchmark);
  unknownNames([{ parameter: "benchmark", given: benchmark, known }]).throwIfAny("unknownName");
  return known.indexOf(benchmark[0] as string);
}

function namedRows(fitted: Fit, both: readonly number[], { order, model }: ScenarioOptions): number[] {
  if ((order === "named") !== model.length > 0) {
    throw refusal("model", order === "named" ? "name the models to treat" : "needs order=named");
  }
  const known = fitted.slice.models.map((m) => m.model);
  unknownNames([{ parameter: "model", given: model, known }]).throwIfAny("unknownName");
  const rows = [...new Set(model)].map((name) => known.indexOf(name));
  const without = rows.find((row) => !both.includes(row));
  if (without !== undefined)
    throw refusal("model", `${quote(known[without] as string)} lacks the benchmark or a capabilities score`);
  return rows;
}

function targetOf(benchmark: Benchmark, observed: Float64Array, to: string): number {
  const sign = benchmark.direction === "lower" ? -1 : 1;
  if (to === "chance") {
    if (benchmark.chance === null) throw refusal("to", "this benchmark declares no chance level");
    return sign * benchmark.chance;
  }
  const share = to === "best" ? 1 : to.startsWith("quantile:") ? Number(to.slice("quantile:".length)) : null;
  if (share === null) return sign * Number(to);
  return observed.length === 0 ? Number.NaN : (quantiles(observed, [share])[0] as number);
}

function nameAt({ slice }: Fit, row: number): string {
  return slice.models[row]?.model as string;
}

function refusal(parameter: string, message: string): DomainError {
  return new DomainError("invalid", `${parameter}: ${message}`, [{ parameter, message }]);
}
