import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DomainError } from "../../src/errors.js";
import { body, post } from "../ingest/post.js";

/** Published files, as they are. This suite is run by `npm run test:datasets` alone and fails without the folder. */
import { DATASETS } from "./folder.js";

/** Every CSV with what becomes of it: models × benchmarks, or its problems and the place of the first; then the same with `duplicates=mean`, where that differs. */
const OUTCOMES: [file: string, refuse: string, mean?: string][] = [
  ["benchbench/current/agenbench_240829_agent.csv", "27 × 1"],
  ["benchbench/current/alphacaeval_v2lc_240829_holistic.csv", "1 refused, line 85 column 2", "196 × 1"],
  ["benchbench/current/arena_hard_240829_holistic.csv", "61 × 1"],
  ["benchbench/current/bfcl_240906_tools.csv", "17 refused, line 9 column 2", "47 × 1"],
  ["benchbench/current/biggen_240829_holistic.csv", "103 × 1"],
  ["benchbench/current/chatbot_arena_241104_holistic.csv", "129 × 1"],
  ["benchbench/current/dec_arena_241022_holistic.csv", "56 × 1"],
  ["benchbench/current/enkrypt_ai_safety_240916_safety.csv", "92 × 1"],
  ["benchbench/current/eqbench_240912_emotion.csv", "157 × 1"],
  ["benchbench/current/helm_airbench_240916_safety.csv", "21 × 17"],
  ["benchbench/current/helm_classic_240829_holistic.csv", "67 × 1"],
  ["benchbench/current/helm_lite_240829_holistic.csv", "72 × 1"],
  ["benchbench/current/helm_mmlu_240829_knowledge.csv", "59 × 1"],
  ["benchbench/current/hf_open_llm_v1_240829_holistic.csv", "11 refused, line 113 column 2", "359 × 1"],
  ["benchbench/current/hf_open_llm_v2_240829_holistic.csv", "8 refused, line 51 column 2", "339 × 1"],
  ["benchbench/current/holmes_240829_linguistics.csv", "57 × 1"],
  ["benchbench/current/hydrox_safety_241001_safety.csv", "40 refused, line 24 column 2", "73 × 5"],
  ["benchbench/current/livebench_240701_holistic.csv", "70 × 7"],
  ["benchbench/current/livebench_240829_holistic.csv", "70 × 7"],
  ["benchbench/current/livecodebench_240601_230701_code.csv", "53 × 1"],
  ["benchbench/current/llm_trustworthy_241001_safety.csv", "13 × 1"],
  ["benchbench/current/lvbench_241189_longcontext.csv", "10 × 12"],
  ["benchbench/current/mixeval_240829_holistic.csv", "70 × 1"],
  ["benchbench/current/mmlu_pro_240829_knowledge.csv", "82 × 1"],
  ["benchbench/current/mtbench_240829_holistic.csv", "31 × 1"],
  ["benchbench/current/opencompass_240829_holistic.csv", "35 × 1"],
  ["benchbench/current/opencompass_academic_240829_holistic.csv", "1 refused, line 21 column –"],
  ["benchbench/current/opencompass_agent_240829_agent.csv", "35 × 1"],
  ["benchbench/current/opencompass_arena_240829_holistic.csv", "31 × 1"],
  ["benchbench/current/opencompass_code_240829_code.csv", "35 × 1"],
  ["benchbench/current/opencompass_instruct_240829_instructionfollow.csv", "35 × 1"],
  ["benchbench/current/opencompass_knowledge_240829_knowledge.csv", "35 × 1"],
  ["benchbench/current/opencompass_language_240829_language.csv", "35 × 1"],
  ["benchbench/current/opencompass_math_240829_math.csv", "35 × 1"],
  ["benchbench/current/opencompass_reasoning_240829_reasoning.csv", "35 × 1"],
  ["benchbench/current/repoqa_241119_longcontext.csv", "33 × 1"],
  ["benchbench/current/ruler_bench_241002_longcontext.csv", "32 × 1"],
  ["benchbench/current/tablebench_241002_tables.csv", "39 × 1"],
  ["benchbench/current/toolbench_240829_tools.csv", "44 × 1"],
  ["benchbench/current/wildbench_240829_holistic.csv", "60 × 1"],
  ["benchbench/example/my_bench.csv", "70 × 1"],
  ["benchbench/old/BLZ_240312.csv", "59 × 20"],
  ["benchbench/old/agentbench_240720.csv", "25 × 9"],
  ["benchbench/old/arena_hard_2404.csv", "44 × 1"],
  ["benchbench/old/biggen_240612.csv", "103 × 8"],
  ["benchbench/old/chatbot_arena_240829.csv", "61 × 1"],
  ["benchbench/old/helm_classic_240130.csv", "67 × 17"],
  ["benchbench/old/helm_classic_240829.csv", "67 × 17"],
  ["benchbench/old/helm_lite_240610.csv", "48 × 11"],
  ["benchbench/old/helm_lite_240829.csv", "72 × 11"],
  ["benchbench/old/hf_open_llm_v1_240829_frozen.csv", "312 refused, line 113 column 2", "1756 × 7"],
  ["benchbench/old/hf_open_llm_v2_240829.csv", "53 refused, line 51 column 2", "340 × 8"],
  ["benchbench/old/livebench_240701.csv", "52 × 7"],
  ["benchbench/old/llm_trustworthy_241001_safety.csv", "13 × 9"],
  ["benchbench/old/mixeval_240601.csv", "66 × 12"],
  ["benchbench/old/mixeval_240829_holistic.csv", "71 × 10"],
  ["benchbench/old/mmlu_pro_240610.csv", "36 × 1"],
  ["benchbench/old/olmes_260624.csv", "15 × 11"],
  ["benchbench/old/olmes_260624_frozen.csv", "15 × 11"],
  ["benchbench/old/opencompass_240829.csv", "35 × 8"],
  ["benchbench/old/opencompass_academic_240829.csv", "1 refused, line 21 column –"],
  ["benchbench/old/wildbench_240612.csv", "29 × 9"],
  ["benchbench/old/wildbench_240829.csv", "60 × 7"],
  ["bullshit-bench/leaderboard_with_launch.csv", "152 × 6"],
  ["bullshit-bench/model_launch_dates.csv", "1 refused, line 1 column 2"],
  ["bullshit-bench/model_params.csv", "1 refused, line 1 column 2"],
  ["bullshit-bench/v1/leaderboard_with_launch.csv", "134 × 6"],
  ["epoch/benchmark_optim.csv", "1 refused, line 1 column –"],
  ["epoch/benchmarks_runs.csv", "2 refused, line 133 column 4", "147 × 8"],
  ["epoch/distilled_models.csv", "1 refused, line 1 column –"],
  ["epoch/external_benchmark_aider_polyglot.csv", "2 refused, line 68 column 3", "61 × 2"],
  ["epoch/external_benchmark_anli.csv", "4 refused, line 16 column 3", "11 × 1"],
  ["epoch/external_benchmark_arc_agi.csv", "54 × 1"],
  ["epoch/external_benchmark_arc_ai2.csv", "111 refused, line 29 column –", "76 × 2"],
  ["epoch/external_benchmark_balrog.csv", "27 × 7"],
  ["epoch/external_benchmark_bbh.csv", "43 refused, line 16 column –", "47 × 1"],
  ["epoch/external_benchmark_boolq.csv", "91 refused, line 122 column –", "77 × 1"],
  ["epoch/external_benchmark_cadeval.csv", "15 × 10"],
  ["epoch/external_benchmark_csqa2.csv", "6 × 1"],
  ["epoch/external_benchmark_cybench.csv", "12 × 5"],
  ["epoch/external_benchmark_deepresearch.csv", "13 × 1"],
  ["epoch/external_benchmark_factorio_learning_environment.csv", "1 refused, line 10 column 5", "8 × 4"],
  ["epoch/external_benchmark_fictionlivebench.csv", "59 × 11"],
  ["epoch/external_benchmark_geobench.csv", "4 refused, line 4 column 4", "28 × 25"],
  ["epoch/external_benchmark_gsm8k.csv", "126 refused, line 24 column –", "92 × 1"],
  ["epoch/external_benchmark_gso_bench.csv", "13 × 2"],
  ["epoch/external_benchmark_hellaswag.csv", "49 refused, line 56 column –", "75 × 1"],
  ["epoch/external_benchmark_lambada.csv", "13 refused, line 47 column –", "26 × 1"],
  ["epoch/external_benchmark_lech_mazur_writing.csv", "1 refused, line 47 column 3", "45 × 1"],
  ["epoch/external_benchmark_livebench.csv", "14 refused, line 12 column 4", "52 × 7"],
  ["epoch/external_benchmark_mcbench.csv", "3 refused, line 20 column –", "25 × 2"],
  ["epoch/external_benchmark_metr.csv", "30 × 2"],
  ["epoch/external_benchmark_mmlu.csv", "117 refused, line 12 column –", "134 × 1"],
  ["epoch/external_benchmark_openbookqa.csv", "42 refused, line 7 column –", "44 × 1"],
  ["epoch/external_benchmark_os_world.csv", "1 refused, line 1 column 2"],
  ["epoch/external_benchmark_osuniverse.csv", "6 refused, line 4 column –", "7 × 6"],
  ["epoch/external_benchmark_piqa.csv", "65 refused, line 42 column –", "60 × 1"],
  ["epoch/external_benchmark_scienceqa.csv", "1 refused, line 1 column 5"],
  ["epoch/external_benchmark_simple_bench.csv", "46 × 1"],
  ["epoch/external_benchmark_superglue.csv", "2 refused, line 9 column 4", "8 × 1"],
  ["epoch/external_benchmark_terminal_bench.csv", "31 refused, line 3 column 4", "28 × 1"],
  ["epoch/external_benchmark_the_agent_company.csv", "4 refused, line 9 column 4", "14 × 2"],
  ["epoch/external_benchmark_triviaqa.csv", "87 refused, line 29 column –", "39 × 1"],
  ["epoch/external_benchmark_videomme.csv", "46 × 8"],
  ["epoch/external_benchmark_vpct.csv", "32 × 1"],
  ["epoch/external_benchmark_weirdml.csv", "76 × 1"],
  ["epoch/external_benchmark_winogrande.csv", "76 refused, line 6 column –", "79 × 1"],
  ["epoch/model_versions.csv", "1 refused, line 1 column 1"],
  ["obsscaling/base_llm_benchmark_eval.csv", "148 × 8"],
  ["obsscaling/base_llm_benchmark_eval_sub_10b.csv", "92 × 8"],
  ["obsscaling/base_llm_emergent_capability_eval.csv", "84 × 8"],
  ["obsscaling/base_llm_leaderboard_v2_eval.csv", "72 × 6"],
  ["obsscaling/base_llm_post_training_eval.csv", "94 × 234"],
  ["obsscaling/instruct_llm_agent_eval.csv", "27 × 29"],
  ["obsscaling/instruct_llm_benchmark_eval.csv", "27 × 9"],
  ["openllm-v1/20230523.csv", "49 × 5"],
  ["openllm-v1/20230610.csv", "132 × 5"],
  ["openllm-v1/20230904.csv", "385 refused, line 25 column 2", "1192 × 5"],
  ["reference/benchmarks.csv", "1 refused, line 1 column –"],
  ["reference/models.csv", "1 refused, line – column –"],
  ["reference/scores.csv", "53 × 84"],
  ["safetywashing/benchmarks_base_models.csv", "27 × 176"],
  ["safetywashing/benchmarks_chat_models.csv", "26 × 178"],
  ["safetywashing/benchmarks_info.csv", "1 refused, line 1 column –"],
];

test.each(OUTCOMES)("%s: %s", (file, refuse, mean = refuse) => {
  expect(outcome(file, "refuse")).toBe(refuse);
  expect(outcome(file, "mean")).toBe(mean);
});

test("the table of outcomes has every CSV there is", () => {
  const files = readdirSync(DATASETS, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".csv"),
  );
  expect(files.sort()).toEqual(OUTCOMES.map(([file]) => file).sort());
});

function outcome(file: string, duplicates: "refuse" | "mean"): string {
  try {
    const { matrix } = post(body(readFileSync(join(DATASETS, file))), { duplicates });
    return `${matrix.models.length} × ${matrix.benchmarks.length}`;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const [first] = error.problems;
    const count = error.problems.length + error.moreProblems;
    return `${count} refused, line ${first?.line ?? "–"} column ${first?.column ?? "–"}`;
  }
}
