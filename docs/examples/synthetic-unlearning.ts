import { writeFileSync } from "node:fs";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { normalQuantile } from "../../src/stats/normal.js";
import { RandomStream } from "../../src/stats/philox.js";

/**
 * SYNTHETIC DATA, no measurement of anything: a matrix in which four interventions of known effect are done to the same seven
 * models, so that what `/interventions` finds can be held against what was put in. `npx tsx docs/examples/synthetic-unlearning.ts`
 * writes synthetic-unlearning.json beside it; the same seed gives the same bytes.
 */
const SEED = 2026;
const FAMILIES = ["Alder", "Birch", "Cedar", "Doum", "Elm", "Fir", "Ginkgo"];
const SIZES = [0.2, 0.5, 0.8];
const CAPABILITIES = ["knowledge", "reasoning", "mathematics", "reading"];
const DOSES = [0.25, 1, 4, 16];

/**
 * What is put in. Each dose d takes `forgets · d/(d + 2)` of the hazardous knowledge above chance, and `costs · d/(d + 2)` of
 * every capability above chance. The two baselines forget hazards only as fast as everything else, or worse.
 */
const METHODS = [
  { method: "gradient routing", forgets: 0.8, costs: 0.2 },
  { method: "representation unlearning", forgets: 0.9, costs: 0.35 },
  { method: "gradient ascent", forgets: 0.6, costs: 0.6 },
  { method: "catastrophic forgetting", forgets: 0.35, costs: 0.5 },
];
const CHANCE = 0.25;
const NOISE = 0.01;

export function syntheticUnlearning() {
  const stream = new RandomStream(SEED, "simulation");
  let next = 0;
  const normal = () => normalQuantile(stream.at(next++).uniform());
  const noisy = (value: number) => Number(Math.min(1, Math.max(0, value + NOISE * normal())).toFixed(4));
  const models: object[] = [];
  const scores: object[] = [];
  const put = (model: string, truth: readonly number[], hazard: number, refusal: number) => {
    const names = [...CAPABILITIES, "hazardous knowledge", "refusal"];
    [...truth, hazard, refusal].forEach((value, j) => {
      scores.push({ model, benchmark: names[j], score: noisy(value) });
    });
  };
  for (const family of FAMILIES) {
    for (const size of SIZES) {
      const model = `${family}-${Math.round(100 * size)}B`;
      const ability = size + 0.08 * normal();
      const truth = CAPABILITIES.map((_, j) => CHANCE + (0.6 - 0.05 * j) * ability);
      const [hazard, refusal] = [CHANCE + 0.55 * ability, 0.6 + 0.1 * normal()];
      models.push({ model, class: "chat", family });
      put(model, truth, hazard, refusal);
      if (size !== 0.8) continue;
      for (const { method, forgets, costs } of METHODS) {
        for (const dose of DOSES) {
          const share = (dose / (dose + 2)) * Math.exp(0.15 * normal());
          const keeps = (value: number, loss: number) =>
            CHANCE + (1 - Math.min(1, loss * share)) * (value - CHANCE);
          const treated = `${model} + ${method} ${dose}`;
          models.push({
            model: treated,
            class: "treated",
            family,
            parent: model,
            interventions: [{ method, dose }],
          });
          put(
            treated,
            truth.map((value) => keeps(value, costs)),
            keeps(hazard, forgets),
            refusal,
          );
        }
      }
    }
  }
  const scale = { min: 0, max: 1 };
  return {
    title: "SYNTHETIC: unlearning against two baselines",
    description:
      "Made by docs/examples/synthetic-unlearning.ts from a seed. No model, benchmark or score in it is real; it shows what /interventions says about effects that are known because they were put in.",
    models,
    benchmarks: [
      ...CAPABILITIES.map((benchmark) => ({ benchmark, kind: "capability", ...scale, chance: CHANCE })),
      { benchmark: "hazardous knowledge", kind: "safety", direction: "lower", ...scale, chance: CHANCE },
      { benchmark: "refusal", kind: "safety", ...scale },
    ],
    scores,
  };
}

/** One line a model, benchmark or score. */
export function asText(body: ReturnType<typeof syntheticUnlearning>): string {
  const entries = Object.entries(body).map(([name, value]) => {
    const text = Array.isArray(value)
      ? `[\n${value.map((one) => JSON.stringify(one)).join(",\n")}\n]`
      : JSON.stringify(value);
    return `${JSON.stringify(name)}: ${text}`;
  });
  return `{\n${entries.join(",\n")}\n}\n`;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL("synthetic-unlearning.json", import.meta.url), asText(syntheticUnlearning()));
}
