import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DifferentialSafetyRow } from "../../src/analysis/differential-safety.js";
import type { HorizonRow } from "../../src/analysis/horizons.js";
import type { SaturationRow } from "../../src/analysis/saturation-row.js";
import type { SuiteRow } from "../../src/analysis/suites.js";
import { Service } from "../http/service.js";

interface Answer {
  conclusion: string;
  horizons: HorizonRow[];
  ranking: DifferentialSafetyRow[];
  benchmarks: SaturationRow[];
  suites: SuiteRow[];
}
const three = (value: number | null | undefined) => (value ?? Number.NaN).toFixed(3).replace("-", "−");
const line = (...cells: readonly string[]) => `| ${cells.join(" | ")} |`;

/** What each page's table shows of the answer to its own command. */
const TABLES: Readonly<Record<string, (answer: Answer) => string[]>> = {
  scaling: ({ horizons }) =>
    horizons
      .filter(({ benchmark }) => ["mmlu", "minerva_math", "gsm8k"].includes(benchmark))
      .map(({ benchmark, log10Flop, returns }) =>
        line(
          benchmark,
          three(log10Flop?.accuracy.pearson),
          three(log10Flop?.horizon.pearson),
          three(returns?.exponent),
        ),
      ),
  "differential-safety": ({ ranking }) =>
    ranking
      .slice(0, 3)
      .map(({ model, residual, interval, rank }) =>
        line(model, three(residual), `[${three(interval?.low)}, ${three(interval?.high)}]`, String(rank)),
      ),
  saturation: ({ benchmarks }) =>
    benchmarks
      .filter(({ benchmark }) =>
        ["mmlu", "superglue_copa", "HarmBench-HumanJailbreaks-all", "moralchoice"].includes(benchmark),
      )
      .map(({ benchmark, headroom, spreadRatio, rho }) =>
        line(benchmark, three(headroom), three(spreadRatio), three(rho)),
      ),
  suites: ({ suites }) =>
    suites
      .slice(0, 3)
      .map(({ benchmarks, rhoOptimised, rhoOutOfFold, alpha, cancels }) =>
        line(
          benchmarks.join(" + "),
          three(rhoOptimised),
          three(rhoOutOfFold),
          three(alpha),
          cancels ? "yes" : "no",
        ),
      ),
};

let service: Service;
beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => service.close());

test.each(Object.entries(TABLES))(
  "the page of %s shows what its command answers (UPDATE_DOCS=1 rewrites it)",
  async (name, table) => {
    const file = new URL(`../../docs/questions/${name}.md`, import.meta.url);
    const text = readFileSync(file, "utf8");
    const url = /curl 'http:\/\/127\.0\.0\.1:3000([^']+)'/.exec(text)?.[1] as string;
    const answer = await service.json<Answer>(url);
    const shown = text
      .replace(/^> .*$/m, () => `> ${answer.conclusion}`)
      .replace(/(\n\|(?:---\|)+\n)[^#]*?\n\n/, (_, head: string) => `${head}${table(answer).join("\n")}\n\n`);
    if (process.env.UPDATE_DOCS !== undefined) writeFileSync(file, shown);
    expect(table(answer).length).toBeGreaterThan(2);
    expect(readFileSync(file, "utf8")).toBe(shown);
  },
);
