import type { Place } from "../errors.js";
import type { Warning } from "../matrix/warning.js";

/** Every repair, assumption and suspicion of ours, with the sentence that the reply says. */
export const WARNINGS = {
  aggregateColumn: "Benchmarks that look like an aggregate of the others and would count them twice",
  columnSetAside: "Columns that are not read as scores were set aside",
  decimalCommas: "Commas were read as decimal points",
  directionUnknown: "Benchmarks without a declared direction are taken as higher is better",
  duplicateMetadata: "Metadata given twice with different values was settled by duplicates=",
  duplicatesCollapsed: "Scores given more than once with the same value were stored once",
  duplicatesResolved: "Scores given more than once with different values were settled by duplicates=",
  emptyColumn: "Benchmarks without any score are kept only where they are declared",
  emptyRow: "Models without any score are kept only where they are declared",
  kindUnknown: "Benchmarks without a declared kind are of kind other",
  markupRemoved: "Links around names were removed",
  missingSpelling: "Cells with a word for a missing score were read as missing, in the columns",
  modelColumnAssumed: "No header names the models, so the first column was taken for them",
  outsideRange: "Scores outside the declared range of their benchmark, in the benchmarks",
  percentConverted: "Percentages were divided by 100, in the columns",
  possibleSentinel: "Scores of exactly 0 or -1 that may stand for a missing score, in the benchmarks",
  pseudoModel: "Models whose name says that they are an average or a baseline",
  rowSetAside: "Rows without a model name were set aside",
  standardErrorRead: "What follows ± was read as the standard error, in the columns",
  suspectedMetadata: "Benchmarks whose name sounds like metadata",
  suspectedMixedUnits: "Benchmarks with some scores up to 1 and others far above it, maybe in two units",
  unitUnknown: "Columns of counts whose values are too small to be counts were set aside: name the unit",
  unknownParent: "Parents that are not in the matrix",
} as const;
export type WarningCode = keyof typeof WARNINGS;

/** Replies stay small whatever was posted: the first names, cut to a length, and how many there are. */
const MOST_NAMES = 10;
const LONGEST_NAME = 80;

interface Gathered {
  readonly place: Place;
  readonly names: Set<string>;
  unlisted: boolean;
  count: number;
}

/** Gathers one warning a code, however many cells or columns cause it. */
export class Warnings {
  readonly #gathered = new Map<WarningCode, Gathered>();

  add(code: WarningCode, name: string | null, place: Place = {}, count = 1): void {
    let entry = this.#gathered.get(code);
    if (entry === undefined) {
      entry = { place, names: new Set(), unlisted: false, count: 0 };
      this.#gathered.set(code, entry);
    }
    entry.count += count;
    if (name === null) return;
    const shown = shorten(name);
    if (entry.names.size < MOST_NAMES) entry.names.add(shown);
    else if (!entry.names.has(shown)) entry.unlisted = true;
  }

  list(): readonly Warning[] {
    return [...this.#gathered].map(([code, { place, names, unlisted, count }]) => ({
      code,
      message: `${WARNINGS[code]}${listOf(names, unlisted)}${count > names.size ? ` (${count} in all)` : ""}.`,
      ...(names.size > 0 ? { names: [...names] } : {}),
      count,
      ...place,
    }));
  }
}

function listOf(names: ReadonlySet<string>, unlisted: boolean): string {
  if (names.size === 0) return "";
  return `: ${[...names].map((name) => JSON.stringify(name)).join(", ")}${unlisted ? ", …" : ""}`;
}

function shorten(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…`.toWellFormed() : name;
}
