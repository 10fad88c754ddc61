import type { Model } from "../matrix/score-matrix.js";
import { nearestNames } from "./nearest-names.js";

export interface NameMatches {
  readonly matched: readonly { readonly given: string; readonly model: string }[];
  /** Doubtful or unknown: never used, but what each may have meant is named. */
  readonly unmatched: readonly { readonly given: string; readonly suggestions: readonly string[] }[];
}

/** Suggestions cost an edit distance to every model; names beyond this many get none. */
const MOST_SUGGESTED = 20;

/**
 * Finds the models that a stranger's names mean: equal names first, then names that are equal across
 * organisation prefix, case, spaces and punctuation, where exactly one model answers to them. A model is given to one name only.
 */
export function matchNames(given: readonly string[], models: readonly Model[]): NameMatches {
  const exact = new Set(models.map(({ model }) => model));
  const taken = new Set(given.filter((name) => exact.has(name)));
  const byKey = modelsByKey(models);
  const matched: { given: string; model: string }[] = [];
  const unmatched: { given: string; suggestions: string[] }[] = [];
  for (const name of given) {
    const candidates = exact.has(name) ? [name] : (byKey.get(nameKey(name)) ?? []);
    const [only] = candidates;
    if (candidates.length === 1 && only !== undefined && (only === name || !taken.has(only))) {
      taken.add(only);
      matched.push({ given: name, model: only });
    } else if (candidates.length > 0) unmatched.push({ given: name, suggestions: candidates.slice(0, 3) });
    else
      unmatched.push({
        given: name,
        suggestions: unmatched.length < MOST_SUGGESTED ? nearest(name, models) : [],
      });
  }
  return { matched, unmatched };
}

/**
 * A name without its organisation, case, spaces and punctuation. Between two digits a separator counts:
 * 1.1 is not 11; and a plus is part of the name: GPT-4+ is not GPT-4.
 *
 * @example nameKey("meta-llama/Llama-2-13b-chat-hf") // => "llama2·13bchathf"
 */
function nameKey(name: string): string {
  return name
    .slice(name.lastIndexOf("/") + 1)
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll("+", "plus")
    .replace(/(?<=\p{N})[^\p{L}\p{N}]+(?=\p{N})/gu, "·")
    .replace(/[^\p{L}\p{N}·]+/gu, "");
}

function modelsByKey(models: readonly Model[]): ReadonlyMap<string, string[]> {
  const byKey = new Map<string, string[]>();
  for (const { model, name } of models) {
    for (const key of new Set([nameKey(model), nameKey(name ?? model)])) {
      if (key !== "") byKey.set(key, [...(byKey.get(key) ?? []), model]);
    }
  }
  return byKey;
}

function nearest(name: string, models: readonly Model[]): string[] {
  return nearestNames(
    name.slice(name.lastIndexOf("/") + 1),
    models.map(({ model }) => model),
  );
}
