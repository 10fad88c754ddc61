import type { Records, ScoreColumns } from "./posting.js";

/** Several parts of one post as one: what each says is kept side by side; the same cell twice is settled later. */
export function uniteRecords(parts: readonly Records[]): Records {
  return {
    description: Object.assign({}, ...parts.map(({ description }) => description)),
    models: parts.flatMap(({ models }) => models),
    benchmarks: parts.flatMap(({ benchmarks }) => benchmarks),
    closed: {
      models: parts.some(({ closed }) => closed.models),
      benchmarks: parts.some(({ closed }) => closed.benchmarks),
    },
    scores: uniteScores(parts.map(({ scores }) => scores)),
  };
}

function uniteScores(parts: readonly ScoreColumns[]): ScoreColumns {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const models = [...new Set(parts.flatMap((part) => part.models))];
  const benchmarks = [...new Set(parts.flatMap((part) => part.benchmarks))];
  const renumbered = (names: readonly string[], pick: "model" | "benchmark") => {
    const index = new Map(names.map((name, i) => [name, i]));
    return parts.flatMap((part) => {
      const own = part[`${pick}s`].map((name) => index.get(name) as number);
      return Array.from(part[pick], (i) => own[i] as number);
    });
  };
  const starts = parts.map((_, i) => parts.slice(0, i).reduce((sum, { length }) => sum + length, 0));
  return {
    length: parts.reduce((sum, { length }) => sum + length, 0),
    models,
    benchmarks,
    model: renumbered(models, "model"),
    benchmark: renumbered(benchmarks, "benchmark"),
    score: parts.flatMap((part) => Array.from(part.score)),
    standardError: parts.some(({ standardError }) => standardError !== null)
      ? parts.flatMap(({ length, standardError }) =>
          Array.from(standardError ?? new Array<number>(length).fill(Number.NaN)),
        )
      : null,
    place: (index) => {
      const part = starts.findLastIndex((start) => start <= index);
      return (parts[part] as ScoreColumns).place(index - (starts[part] as number));
    },
  };
}
