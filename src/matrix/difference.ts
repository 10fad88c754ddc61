import type { Benchmark, Model, ScoreMatrix } from "./score-matrix.js";

interface Changed {
  readonly fields: Record<string, { from: unknown; to: unknown }>;
}
interface ListDifference<Name extends string> {
  readonly added: string[];
  readonly removed: string[];
  readonly changed: (Changed & Record<Name, string>)[];
}
interface ChangedScore {
  readonly model: string;
  readonly benchmark: string;
  readonly from: number | null;
  readonly to: number | null;
}

export interface Difference {
  readonly models: ListDifference<"model">;
  readonly benchmarks: ListDifference<"benchmark">;
  readonly scores: ChangedScore[];
  readonly moreScores: number;
}

const MOST_SCORES_LISTED = 10_000;

/** What changed from one matrix to another: names, metadata, and the cells of rows and columns that both have. */
export function differenceOf(from: ScoreMatrix, to: ScoreMatrix): Difference {
  const changed = changedScores(from, to);
  return {
    models: listDifference("model", from.models, to.models),
    benchmarks: listDifference("benchmark", from.benchmarks, to.benchmarks),
    scores: changed.slice(0, MOST_SCORES_LISTED),
    moreScores: Math.max(0, changed.length - MOST_SCORES_LISTED),
  };
}

function listDifference<
  Name extends "model" | "benchmark",
  Item extends (Model | Benchmark) & Record<Name, string>,
>(name: Name, from: readonly Item[], to: readonly Item[]): ListDifference<Name> {
  const before = new Map(from.map((item) => [item[name], item]));
  const after = new Map(to.map((item) => [item[name], item]));
  return {
    added: [...after.keys()].filter((key) => !before.has(key)),
    removed: [...before.keys()].filter((key) => !after.has(key)),
    changed: to.flatMap((item) => {
      const old = before.get(item[name]);
      const fields = old === undefined ? {} : changedFields(old, item);
      return Object.keys(fields).length > 0
        ? [{ [name]: item[name], fields } as unknown as Changed & Record<Name, string>]
        : [];
    }),
  };
}

function changedFields(from: object, to: object): Changed["fields"] {
  const old = from as Record<string, unknown>;
  const entries = Object.entries(to).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(old[field]),
  );
  return Object.fromEntries(
    entries.map(([field, value]) => [field, { from: old[field] ?? null, to: value ?? null }]),
  );
}

function changedScores(from: ScoreMatrix, to: ScoreMatrix): ChangedScore[] {
  const rows = new Map(from.models.map(({ model }, i) => [model, i]));
  const columns = new Map(from.benchmarks.map(({ benchmark }, j) => [benchmark, j]));
  return to.models.flatMap(({ model }, i) => {
    const oldRow = rows.get(model);
    if (oldRow === undefined) return [];
    return to.benchmarks.flatMap(({ benchmark }, j) => {
      const oldColumn = columns.get(benchmark);
      if (oldColumn === undefined) return [];
      const before = from.scores[oldRow * from.benchmarks.length + oldColumn] as number;
      const after = to.scores[i * to.benchmarks.length + j] as number;
      const same = before === after || (Number.isNaN(before) && Number.isNaN(after));
      return same ? [] : [{ model, benchmark, from: orNull(before), to: orNull(after) }];
    });
  });
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
