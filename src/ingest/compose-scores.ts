import { quote } from "../errors.js";
import type { Benchmark, Model, ScoreMatrix } from "../matrix/score-matrix.js";
import type { Composition } from "./compose-matrix.js";

type Cells = Pick<ScoreMatrix, "scores" | "standardErrors">;

/** The cells: those of the latest revision, overwritten by the post's, where a cell given twice is settled. */
export function composeScores(
  composition: Composition,
  models: readonly Model[],
  benchmarks: readonly Benchmark[],
): Cells {
  const { posting, latest } = composition;
  const rows = indexOf(models.map(({ model }) => model));
  const columns = indexOf(benchmarks.map(({ benchmark }) => benchmark));
  const width = benchmarks.length;
  const scores = new Float64Array(models.length * width).fill(Number.NaN);
  const errors = new Float64Array(models.length * width).fill(Number.NaN);
  if (latest !== null) copyLatest(latest, rows, columns, { scores, standardErrors: errors });

  const { scores: posted } = posting;
  const rowOf = posted.models.map((name) => rows.get(name) ?? -1);
  const columnOf = posted.benchmarks.map((name) => columns.get(name) ?? -1);
  const repeats = new Repeats(models.length * width);
  for (let i = 0; i < posted.length; i += 1) {
    const row = rowOf[posted.model[i] as number] as number;
    const column = columnOf[posted.benchmark[i] as number] as number;
    if (row === -1 || column === -1) continue;
    const cell = row * width + column;
    if (repeats.isFirst(cell, i)) {
      scores[cell] = posted.score[i] as number;
      errors[cell] = posted.standardError?.[i] ?? Number.NaN;
    }
  }
  for (const [cell, entries] of repeats.all) {
    const settled = settle(entries, composition);
    scores[cell] = settled.score;
    errors[cell] = settled.error;
  }
  return { scores, standardErrors: errors.every(Number.isNaN) ? null : errors };
}

/** Which cells were given more than once, and by which scores of the post. */
class Repeats {
  readonly all = new Map<number, number[]>();
  readonly #first: Int32Array;

  constructor(cells: number) {
    this.#first = new Int32Array(cells).fill(-1);
  }

  isFirst(cell: number, entry: number): boolean {
    const first = this.#first[cell] as number;
    if (first === -1) {
      this.#first[cell] = entry;
      return true;
    }
    const entries = this.all.get(cell);
    if (entries === undefined) this.all.set(cell, [first, entry]);
    else entries.push(entry);
    return false;
  }
}

interface Entry {
  readonly score: number;
  readonly error: number;
}

/** Equal values are one; different ones are refused or settled by the rule, always with a warning. */
function settle(entries: readonly number[], composition: Composition): Entry {
  const { posting, options, warnings } = composition;
  const { score, standardError, model, models, place } = posting.scores;
  const values = entries.map((i) => ({ score: score[i] as number, error: standardError?.[i] ?? Number.NaN }));
  const [first, ...others] = values as [Entry, ...Entry[]];
  const name = models[model[entries[0] as number] as number] as string;
  if (others.every((value) => Object.is(value.score, first.score) && Object.is(value.error, first.error))) {
    warnings.add("duplicatesCollapsed", name, place(entries[1] as number));
    return first;
  }
  if (options.duplicates === "refuse") refuse(entries, composition);
  else warnings.add("duplicatesResolved", name, place(entries[1] as number));
  if (options.duplicates === "last") return values.at(-1) as Entry;
  if (options.duplicates === "max")
    return values.reduce((most, value) => (value.score > most.score ? value : most));
  if (options.duplicates === "mean")
    return { score: mean(values.map((value) => value.score)), error: Number.NaN };
  return first;
}

function refuse([first = 0, ...others]: readonly number[], { posting, problems }: Composition): void {
  const { score, model, models, benchmark, benchmarks, place } = posting.scores;
  const { line, pointer } = place(first);
  const where = line === undefined ? (pointer ?? "before") : `line ${line}`;
  const cell = `${quote(models[model[first] as number] as string)} on ${quote(benchmarks[benchmark[first] as number] as string)}`;
  for (const i of others) {
    const again = score[i] === score[first] ? "with another standard error" : `as ${score[i]}`;
    problems.add(
      place(i),
      `${cell} is given again ${again}, after ${score[first]} at ${where}; see duplicates=`,
    );
  }
}

/** Divided before summing, so that the mean of finite scores is finite. */
function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value / values.length, 0);
}

function copyLatest(
  latest: ScoreMatrix,
  rows: ReadonlyMap<string, number>,
  columns: ReadonlyMap<string, number>,
  into: { readonly scores: Float64Array; readonly standardErrors: Float64Array },
): void {
  const columnOf = latest.benchmarks.map(({ benchmark }) => columns.get(benchmark) as number);
  latest.models.forEach(({ model }, row) => {
    const start = (rows.get(model) as number) * columns.size;
    columnOf.forEach((column, j) => {
      const from = row * columnOf.length + j;
      into.scores[start + column] = latest.scores[from] as number;
      into.standardErrors[start + column] = latest.standardErrors?.[from] ?? Number.NaN;
    });
  });
}

function indexOf(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(names.map((name, index) => [name, index]));
}
