import { distance } from "fastest-levenshtein";
import { Problems, quote } from "../errors.js";
import type { Benchmark, Kind } from "../matrix/score-matrix.js";
import type { Composition } from "./compose-matrix.js";
import { type Declared, mergeRecords, namesOf } from "./merge-records.js";

/** The columns, each with its kind and a range that does not contradict itself. */
export function composeBenchmarks(composition: Composition): readonly Benchmark[] {
  const { posting, latest } = composition;
  const declared = mergeRecords(posting.benchmarks, "benchmark", composition);
  const known = new Map(latest?.benchmarks.map((benchmark) => [benchmark.benchmark, benchmark]));
  const names = namesOf([...known.keys()], declared, "benchmark", composition);
  const kinds = queriedKinds(names, composition);
  return names.map((benchmark) => {
    const said = declared.get(benchmark);
    const kind = kindOf(benchmark, said, known.get(benchmark), kinds.get(benchmark), composition);
    if (said?.fields.direction === undefined && !known.has(benchmark))
      composition.warnings.add("directionUnknown", benchmark);
    const fields = { ...BLANK, ...known.get(benchmark), ...(said?.fields as Partial<Benchmark> | undefined) };
    const composed: Benchmark = { ...fields, benchmark, kind };
    checkRange(composed, said, composition);
    return composed;
  });
}

const BLANK = {
  name: null,
  area: null,
  metric: null,
  direction: "higher",
  chance: null,
  min: null,
  max: null,
  items: null,
} as const;

/**
 * Declared in the post, else in the query, else in the latest revision, else other. The query must not contradict
 * a declaration; of the latest revision `other` is none, because it is also what nobody declared.
 */
function kindOf(
  benchmark: string,
  said: Declared | undefined,
  known: Benchmark | undefined,
  queried: Kind | undefined,
  { problems, warnings }: Composition,
): Kind {
  const inPost = said?.fields.kind as Kind | undefined;
  const declared = inPost ?? (known?.kind === "other" ? undefined : known?.kind);
  if (declared !== undefined && queried !== undefined && declared !== queried)
    problems.add({ parameter: queried }, `${quote(benchmark)} is declared to be of kind ${declared}`);
  if (declared === undefined && queried === undefined && known === undefined)
    warnings.add("kindUnknown", benchmark);
  return declared ?? queried ?? "other";
}

/** @throws {DomainError} unknownName where `capability=` or `safety=` names no benchmark. */
function queriedKinds(
  names: readonly string[],
  { options, problems }: Composition,
): ReadonlyMap<string, Kind> {
  const known = new Set(names);
  const unknown = new Problems();
  const kinds = new Map<string, Kind>();
  for (const kind of ["capability", "safety"] as const) {
    for (const name of options[kind]) {
      const other = kinds.get(name);
      if (!known.has(name))
        unknown.add(
          { parameter: kind },
          `there is no benchmark ${quote(name)}${unknown.count < 5 ? nearest(name, names) : ""}`,
        );
      else if (other !== undefined && other !== kind)
        problems.add({ parameter: kind }, `${quote(name)} is also in ${other}=`);
      else kinds.set(name, kind);
    }
  }
  unknown.throwIfAny("unknownName");
  return kinds;
}

const MOST_COMPARED = 5_000;

function nearest(name: string, names: readonly string[]): string {
  const lower = name.toLowerCase();
  const ranked = names
    .slice(0, MOST_COMPARED)
    .map((candidate) => ({ candidate, far: distance(lower, candidate.toLowerCase()) }))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3);
  return ranked.length === 0
    ? ""
    : `; nearest: ${ranked.map(({ candidate }) => quote(candidate)).join(", ")}`;
}

function checkRange(
  { benchmark, chance, min, max }: Benchmark,
  said: Declared | undefined,
  { problems }: Composition,
): void {
  const place = said?.place ?? {};
  if (min !== null && max !== null && min >= max)
    problems.add(place, `the min ${min} of ${quote(benchmark)} is not below its max ${max}`);
  else if (chance !== null && (chance < (min ?? chance) || chance > (max ?? chance)))
    problems.add(place, `the chance ${chance} of ${quote(benchmark)} is outside its range`);
}
