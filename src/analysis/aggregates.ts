import type { ClassSlice } from "../matrix/class-slice.js";
import { partsOfSum } from "../stats/near-exact-sum.js";

/** The parts of each aggregate, by column number: benchmarks that are already in it. */
export type Aggregates = ReadonlyMap<number, ReadonlySet<number>>;

/** `ethics_all`, `machiavelli-power.Σ`: what stands before is the stem of the parts' names. */
const WHOLE = /[_\-./: ]?(?:all|total|overall|average|avg|mean|sum|Σ)$/iu;
const SEPARATORS = ["_", "-", ".", "/", ":", " "] as const;
const FIRST_WORD = /^[^_\-./: ]+/u;
/** Longer families of names are not searched for sums. */
const MOST_SIBLINGS = 30;

/**
 * Which benchmarks are made of others of the matrix. No field declares it, so it is read from names and numbers: a
 * benchmark is an aggregate of (1) those whose names go on from its own, or from its own without an ending such as
 * `_all`, where there are two or the ending says so; (2) `a` and `b` where it is called `a*b`; (3) benchmarks that share
 * its first word and of which it is a weighted sum but for rounding.
 */
export function aggregatesOf(slice: ClassSlice): Aggregates {
  const names = new SortedNames(slice.benchmarks.map(({ benchmark }) => benchmark));
  const aggregates = new Map<number, Set<number>>();
  slice.benchmarks.forEach(({ benchmark }, j) => {
    const parts = new Set([...continuations(names, benchmark, j), ...factors(names, benchmark)]);
    parts.delete(j);
    if (parts.size > 0) aggregates.set(j, parts);
  });
  for (const siblings of siblingsOf(slice)) {
    for (const whole of siblings) {
      for (const part of summands(slice, whole, siblings)) put(aggregates, whole, part);
    }
  }
  return aggregates;
}

/** Whether one of two benchmarks is made of the other. */
export function isWithin(aggregates: Aggregates, a: number, b: number): boolean {
  return aggregates.get(a)?.has(b) === true || aggregates.get(b)?.has(a) === true;
}

function put(aggregates: Map<number, Set<number>>, whole: number, part: number): void {
  const parts = aggregates.get(whole);
  if (parts === undefined) aggregates.set(whole, new Set([part]));
  else parts.add(part);
}

function continuations(names: SortedNames, benchmark: string, column: number): number[] {
  const stem = benchmark.replace(WHOLE, "");
  const named = stem !== benchmark && stem !== "";
  const found = SEPARATORS.flatMap((separator) => names.startingWith((named ? stem : benchmark) + separator));
  const parts = found.filter((j) => j !== column);
  return named || parts.length >= 2 ? parts : [];
}

/** `truthfulqa_truth*info`: the factor before the star by its name, the one after it as the first is called. */
function factors(names: SortedNames, benchmark: string): number[] {
  const star = benchmark.indexOf("*");
  if (star < 0) return [];
  const [left, right] = [benchmark.slice(0, star), benchmark.slice(star + 1)];
  const cut = Math.max(...SEPARATORS.map((separator) => left.lastIndexOf(separator)));
  return [left, right, left.slice(0, cut + 1) + right].flatMap((name) => names.named(name));
}

function siblingsOf(slice: ClassSlice): number[][] {
  const groups = new Map<string, number[]>();
  slice.benchmarks.forEach(({ benchmark }, j) => {
    const word = FIRST_WORD.exec(benchmark)?.[0];
    if (word !== undefined) groups.set(word, [...(groups.get(word)?.slice(0, MOST_SIBLINGS) ?? []), j]);
  });
  return [...groups.values()].filter(({ length }) => length > 2 && length <= MOST_SIBLINGS);
}

/** Over the models that have them all. */
function summands({ columns, models }: ClassSlice, whole: number, siblings: readonly number[]): number[] {
  const anyone = siblings.filter((j) => j !== whole && !columns[j]?.every(Number.isNaN));
  const rows = [...models.keys()].filter((i) =>
    [whole, ...anyone].every((j) => !Number.isNaN(columns[j]?.[i])),
  );
  const at = (j: number) => rows.map((i) => columns[j]?.[i] as number);
  return (partsOfSum(at(whole), anyone.map(at)) ?? []).map((k) => anyone[k] as number);
}

/** Names in order, so that all that begin alike stand together. */
class SortedNames {
  readonly #sorted: readonly { name: string; column: number }[];

  constructor(names: readonly string[]) {
    this.#sorted = names
      .map((name, column) => ({ name, column }))
      .sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
  }

  startingWith(prefix: string): number[] {
    const found: number[] = [];
    for (let at = this.#first(prefix); this.#sorted[at]?.name.startsWith(prefix); at++)
      found.push(this.#sorted[at]?.column as number);
    return found;
  }

  named(name: string): number[] {
    const at = this.#sorted[this.#first(name)];
    return at?.name === name ? [at.column] : [];
  }

  #first(name: string): number {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle]?.name as string) < name) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
