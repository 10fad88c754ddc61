import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "csv-parse/sync";

/** Scores of one class, capability benchmarks first; NaN where there is none. What both the service and its peers are given. */
export interface ScoreTable {
  readonly source: string;
  readonly benchmarks: readonly string[];
  /** How many of the benchmarks, from the first, are of kind `capability`. */
  readonly capabilities: number;
  readonly rows: readonly number[][];
}

const RELEASED = join(
  process.env.DATASETS ?? fileURLToPath(new URL("../../shared/datasets", import.meta.url)),
  "safetywashing/benchmarks_chat_models.csv",
);
const CAPABILITIES =
  "logiqa piqa hellaswag winogrande superglue_copa medqa_4options arc_challenge mmlu minerva_math lambada_openai gsm8k bbh".split(
    " ",
  );
const METADATA = ["model", "model_size", "FLOP", "name", "type"];

/** The chat models of Ren et al. 2024 at full precision where the file is there; else a table of its size, ties and gaps. */
export function headlineTable(): ScoreTable {
  if (!existsSync(RELEASED))
    return syntheticTable({ models: 26, capabilities: 12, targets: 165, missing: 0.0014 });
  const records = parse(readFileSync(RELEASED), { columns: true }) as Record<string, string>[];
  const targets = Object.keys(records[0] as object).filter(
    (name) => !CAPABILITIES.includes(name) && !METADATA.includes(name),
  );
  const benchmarks = [...CAPABILITIES, ...targets];
  const rows = records.map((record) =>
    benchmarks.map((name) => (record[name] === "" ? Number.NaN : Number(record[name]))),
  );
  return { source: "released chat models", benchmarks, capabilities: CAPABILITIES.length, rows };
}

export interface TableSize {
  readonly models: number;
  readonly capabilities: number;
  readonly targets: number;
  /** Share of target cells without a score. */
  readonly missing?: number;
}

/** One factor behind every column, as in real tables; half of the targets on a coarse scale, so that models tie. */
export function syntheticTable({ models, capabilities, targets, missing = 0 }: TableSize): ScoreTable {
  const next = generator(1);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const loadings = Array.from({ length: targets }, () => 2 * next() - 1);
  const rows = Array.from({ length: models }, () => {
    const ability = normal();
    return [
      ...Array.from({ length: capabilities }, () => ability + 0.6 * normal()),
      ...loadings.map((loading, j) => {
        const score = loading * ability + normal();
        if (next() < missing) return Number.NaN;
        return j % 2 === 0 ? score : Math.round(score * 10) / 10;
      }),
    ];
  });
  const benchmarks = [
    ...Array.from({ length: capabilities }, (_, j) => `capability-${j}`),
    ...loadings.map((_, j) => `target-${j}`),
  ];
  return { source: `synthetic ${models} × (${capabilities} + ${targets})`, benchmarks, capabilities, rows };
}

/** Uniform on [0, 1): mulberry32. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A wide table, a row a model, for the service. */
export function tableCsv({ benchmarks, rows }: ScoreTable): string {
  const quoted = benchmarks.map((name) => `"${name.replaceAll('"', '""')}"`);
  const lines = rows.map((row, i) => [`model-${i}`, ...row.map((x) => (Number.isNaN(x) ? "" : x))].join(","));
  return [["model", ...quoted].join(","), ...lines].join("\n");
}

/** The peers' input: see peers/README.md. */
export function peerInput(
  { benchmarks, capabilities, rows }: ScoreTable,
  resamples: number,
  seed: number,
): Float64Array {
  const header = [rows.length, capabilities, benchmarks.length - capabilities, resamples, seed];
  return Float64Array.from([...header, ...rows.flat()]);
}
