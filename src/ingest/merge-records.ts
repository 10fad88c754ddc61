import { type Place, quote } from "../errors.js";
import type { Composition } from "./compose-matrix.js";

interface Declaration {
  readonly place: Place;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface Declared {
  readonly place: Place;
  readonly fields: Record<string, unknown>;
}

/**
 * Everything that a post says about each name, in order of first declaration. A field said twice with different
 * values is a problem, or settled by `duplicates`: `last` keeps the last, any other rule the first.
 */
export function mergeRecords<Fields extends object>(
  records: readonly { readonly place: Place; readonly fields: Fields }[],
  key: keyof Fields & string,
  { options, problems, warnings }: Composition,
): ReadonlyMap<string, Declared> {
  const merged = new Map<string, Declared>();
  for (const { place, fields } of records as readonly Declaration[]) {
    const name = fields[key] as string;
    const known = merged.get(name);
    if (known === undefined) {
      merged.set(name, { place, fields: { ...fields } });
      continue;
    }
    for (const [field, value] of Object.entries(fields)) {
      if (!Object.hasOwn(known.fields, field)) known.fields[field] = value;
      if (same(known.fields[field], value)) continue;
      if (options.duplicates === "refuse")
        problems.add(
          place,
          `${field} of ${quote(name)} is given twice: ${shown(known.fields[field])} and ${shown(value)}`,
        );
      else warnings.add("duplicateMetadata", name, place);
      if (options.duplicates === "last") known.fields[field] = value;
    }
  }
  return merged;
}

/**
 * The names of a matrix: those of the latest, those declared, and those with a score. A name that only stands
 * beside missing scores is left out with a warning. In a closed list every score names a listed one.
 */
export function namesOf(
  latest: readonly string[],
  declared: ReadonlyMap<string, Declared>,
  side: "model" | "benchmark",
  { posting, problems, warnings }: Composition,
): readonly string[] {
  const { scores } = posting;
  const names = new Set([...latest, ...declared.keys()]);
  const firstScore = firstScores(scores[side], scores.length);
  const closed = posting.closed[`${side}s`];
  scores[`${side}s`].forEach((name, index) => {
    const first = firstScore.get(index);
    if (names.has(name)) return;
    if (first === undefined) warnings.add(side === "model" ? "emptyRow" : "emptyColumn", name);
    else if (closed)
      problems.add(
        scores.place(first),
        `the ${side} ${quote(name)} is not among those that the post declares`,
      );
    else names.add(name);
  });
  return [...names];
}

function firstScores(indices: ArrayLike<number>, length: number): ReadonlyMap<number, number> {
  const first = new Map<number, number>();
  for (let i = 0; i < length; i += 1) {
    const index = indices[i] as number;
    if (!first.has(index)) first.set(index, i);
  }
  return first;
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function shown(value: unknown): string {
  return typeof value === "string" ? quote(value) : (JSON.stringify(value) ?? "nothing").slice(0, 80);
}
