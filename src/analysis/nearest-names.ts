import { distance } from "fastest-levenshtein";
import { Problems, quote } from "../errors.js";

/** Longer texts are not compared: edit distance grows with the product of the lengths. */
const LONGEST_COMPARED = 128;
/** Suggestions for a longer list of unknown names would cost more than they help. */
const MOST_SUGGESTED = 10;

/** The known names most like a given one, best first. */
export function nearestNames(given: string, known: readonly string[], most = 3): string[] {
  const wanted = plain(given.slice(0, LONGEST_COMPARED));
  return known
    .map((name) => ({ name, distance: distance(wanted, plain(name.slice(0, LONGEST_COMPARED))) }))
    .filter((candidate) => candidate.distance <= Math.max(3, wanted.length / 2))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ name }) => name);
}

/** A problem for each given name that is not known, with the nearest ones that are. */
export function unknownNames(
  checks: readonly { parameter: string; given: readonly string[]; known: readonly string[] }[],
): Problems {
  const problems = new Problems();
  for (const { parameter, given, known } of checks) {
    const exists = new Set(known);
    for (const name of given.filter((name) => !exists.has(name))) {
      const nearest = problems.count < MOST_SUGGESTED ? nearestNames(name, known).map(quote).join(", ") : "";
      problems.add(
        { parameter },
        `${parameter}: ${quote(name)} is not in this matrix${nearest === "" ? "" : `; nearest: ${nearest}`}`,
      );
    }
  }
  return problems;
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}
