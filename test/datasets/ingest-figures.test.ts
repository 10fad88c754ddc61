import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ScoreMatrix } from "../../src/matrix/score-matrix.js";
import { body, codes, type Options, post, table } from "../ingest/post.js";

/** Figures of published files, as their text has them. Run by `npm run test:datasets` alone. */
import { DATASETS } from "./folder.js";

const bytes = (file: string) => readFileSync(join(DATASETS, file));
const read = (file: string, options?: Options) => post(body(bytes(file)), options);
const modelOf = ({ models }: ScoreMatrix, name: string) => models.find(({ model }) => model === name);
const namesOf = ({ benchmarks }: ScoreMatrix) => benchmarks.map(({ benchmark }) => benchmark);

test("the reference matrix and its side files agree without a warning", () => {
  const part = (name: string) => ({ name, mediaType: "text/csv", bytes: bytes(`reference/${name}.csv`) });
  const { matrix, warnings } = post({ parts: ["scores", "models", "benchmarks"].map(part) });
  expect(warnings).toEqual([]);
  expect([matrix.models.length, matrix.benchmarks.length]).toEqual([53, 84]);
  expect(modelOf(matrix, "Mixtral-8x22B-v0.1")).toMatchObject({
    class: "base",
    family: "Mistral",
    parameters: 1.41e11,
    releasedOn: "2024-04-17",
  });
  expect(matrix.benchmarks[0]).toMatchObject({
    benchmark: "logiqa",
    kind: "capability",
    chance: 0.25,
    min: 0,
    max: 1,
  });
  expect(table(matrix)["Mistral-7B-v0.1"]).toMatchObject({
    logiqa: 0.239631,
    "machiavelli-power.Σ": 104.073,
  });
});

test("sizes, tokens and FLOP of the scaling data are metadata in their units and no benchmarks", () => {
  const { matrix } = read("obsscaling/base_llm_benchmark_eval.csv");
  expect(namesOf(matrix)).toEqual([
    "MMLU",
    "ARC-C",
    "HellaSwag",
    "Winograd",
    "TruthfulQA",
    "GSM8K",
    "XWinograd",
    "HumanEval",
  ]);
  expect(modelOf(matrix, "meta-llama/Llama-2-7b-hf")).toMatchObject({
    family: "Llama-2",
    parameters: 7e9,
    trainingTokens: 2e12,
    trainingFlop: 8.4e22,
  });
  expect(modelOf(matrix, "huggyllama/llama-7b")).toMatchObject({ parameters: 6.7e9, trainingFlop: 4.02e22 });
  expect(table(matrix)["meta-llama/Llama-2-7b-hf"]).toMatchObject({ MMLU: 0.4379609636092418 });
  const missing = matrix.scores.filter(Number.isNaN).length;
  expect(missing).toBe(148 * 8 - 1144);
});

test("headers with commas stay whole", () => {
  const { matrix } = read("obsscaling/base_llm_post_training_eval.csv");
  expect(namesOf(matrix)).toContain("gsm8k_5_exact_match,strict-match");
});

test("the full-precision matrices have their size, FLOP, name and type as metadata", () => {
  const { matrix } = read("safetywashing/benchmarks_base_models.csv");
  expect([matrix.models.length, matrix.benchmarks.length]).toEqual([27, 176]);
  expect(modelOf(matrix, "Mixtral-8x22B-v0.1")).toMatchObject({
    name: "Mixtral 8x22B v0.1",
    class: "base",
    parameters: 1.41e11,
  });
  expect(table(matrix)["Mixtral-8x22B-v0.1"]?.["machiavelli-points"]).toBe(17.24360832035213);
});

test("launch dates are metadata; ranks, ages and counts are set aside", () => {
  const { matrix, warnings } = read("bullshit-bench/leaderboard_with_launch.csv");
  expect(namesOf(matrix)).toEqual(["avg_score", "green_rate", "red_rate", "score_2", "score_1", "score_0"]);
  expect(modelOf(matrix, "anthropic/claude-sonnet-4.6@reasoning=high")?.releasedOn).toBe("2026-02-17");
  expect(codes(warnings)).toContain("columnSetAside");
});

test("the first column of an Airtable export is an id, its percentages are fractions", () => {
  const { matrix, warnings } = read("epoch/external_benchmark_arc_agi.csv");
  expect(namesOf(matrix)).toEqual(["Score"]);
  expect(table(matrix)["o4-mini-2025-04-16_medium"]).toEqual({ Score: 0.42 });
  expect(codes(warnings)).toEqual(["rowSetAside", "columnSetAside", "percentConverted"]);
});

test("runs are read as a tidy table by task, model and best score", () => {
  const { matrix } = read("epoch/benchmarks_runs.csv", { duplicates: "first" });
  expect(namesOf(matrix)).toHaveLength(8);
  expect(table(matrix)["gpt-5.1_medium"]?.["GPQA diamond"]).toBe(0.85);
});

test("parameters of an unknown unit are no benchmark and no metadata", () => {
  const { matrix, warnings } = read("openllm-v1/20230904.csv", { duplicates: "mean" });
  expect(namesOf(matrix)).toEqual([
    "Average",
    "ARC(25-shot)",
    "HellaSwag(10-shot)",
    "MMLU(5-shot)",
    "TruthfulQA(0-shot)",
  ]);
  expect(matrix.models.every(({ parameters }) => parameters === null)).toBe(true);
  expect(codes(warnings)).toEqual(
    expect.arrayContaining(["unitUnknown", "aggregateColumn", "duplicatesResolved"]),
  );
});
