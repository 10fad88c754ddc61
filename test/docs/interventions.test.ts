import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asText, syntheticUnlearning } from "../../docs/examples/synthetic-unlearning.js";
import type { DosePoint } from "../../src/analysis/dose-curves.js";
import type { Effect } from "../../src/analysis/effects.js";
import type { PathStep } from "../../src/analysis/what-if.js";
import { Service } from "../http/service.js";

/** Pages whose marked parts are what the service answers; UPDATE_DOCS=1 rewrites them. */

const example = new URL("../../docs/examples/synthetic-unlearning.json", import.meta.url);
let service: Service;
beforeAll(async () => {
  service = await Service.start();
  expect(
    (await service.post("synthetic-unlearning", JSON.parse(readFileSync(example, "utf8")))).statusCode,
  ).toBe(201);
});
afterAll(() => service.close());

const figure = (value: number | null | undefined, digits = 3) =>
  value == null
    ? "–"
    : value
        .toFixed(digits)
        .replace(/^(-?)0\./, "$1.")
        .replace("-", "−");
const table = (rows: readonly (readonly string[])[]) =>
  rows
    .map((row, i) => `| ${row.join(" | ")} |${i === 0 ? `\n|${"---|".repeat(row.length)}` : ""}`)
    .join("\n");

/** The text between <!-- name --> and <!-- /name -->, on lines of its own or within one. */
function expectShown(page: string, shown: Readonly<Record<string, string>>): void {
  const file = new URL(`../../docs/questions/${page}.md`, import.meta.url);
  const filled = Object.entries(shown).reduce(
    (text, [name, part]) => {
      const place = new RegExp(`(<!-- ${name} -->)(\\n?)[^]*?(<!-- /${name} -->)`);
      expect(text).toMatch(place);
      return text.replace(
        place,
        (_, from: string, line: string, to: string) => `${from}${line}${part}${line}${to}`,
      );
    },
    readFileSync(file, "utf8"),
  );
  if (process.env.UPDATE_DOCS !== undefined) writeFileSync(file, filled);
  expect(readFileSync(file, "utf8")).toBe(filled);
}

/** The n-th URL that the page asks. */
function urlsOf(page: string): string[] {
  const text = readFileSync(new URL(`../../docs/questions/${page}.md`, import.meta.url), "utf8");
  return [...text.matchAll(/curl 'http:\/\/127\.0\.0\.1:3000(\/v1\/[^']+)'/g)].map(
    ([, url]) => url as string,
  );
}

test("the page of what-if shows what its command answers", async () => {
  interface Answer {
    path: PathStep[];
    firstCrossing: { zero: number | null };
    nearest: { models: number; rho: number };
    conclusion: string;
  }
  const [url] = urlsOf("what-if") as [string];
  const plain = await service.json<Answer>(url);
  const added = await service.json<Answer>(`${url}&mode=add`);
  const taxed = await service.json<Answer>(`${url}&tax=0.2`);
  const step = (await service.json<Answer>(`${url}&order=random`)).path[6];
  const first = plain.path.slice(0, 7);
  expect(added.firstCrossing.zero).toBeNull();
  expectShown("what-if", {
    replace: table([
      ["treated", ...first.map(({ models }) => String(models))],
      ["ρ", ...first.map(({ rho }) => figure(rho))],
    ]),
    conclusion: `> ${plain.conclusion}`,
    add: `never; weakest ${figure(added.nearest.rho)} at ${added.nearest.models} of 26`,
    tax: `${taxed.firstCrossing.zero} of 26`,
    random: `${figure(step?.rho)} [${figure(step?.low)}, ${figure(step?.high)}]`,
  });
});

test("the page of interventions shows what its commands answer", async () => {
  interface Answer {
    effects: Effect[];
    doses: DosePoint[];
    conclusion: string;
  }
  const [bundled, synthetic] = urlsOf("interventions") as [string, string];
  const chat = await service.json<Answer>(bundled);
  const made = await service.json<Answer>(synthetic);
  const winogrande = chat.effects.find(({ benchmark }) => benchmark === "winogrande")?.change;
  const beside = (point: DosePoint, name: string) => {
    const found = point.baselines.find(({ baseline }) => baseline === name);
    if (found === undefined) return "";
    return found.advantage === null
      ? `– (${found.reason})`
      : `${figure(found.advantage)} over ${found.pairs}, family p ${figure(found.familyP)}`;
  };
  expectShown("interventions", {
    bundled: `> ${chat.conclusion}`,
    winogrande: `${winogrande?.falls} of ${winogrande?.pairs}`,
    doses: table([
      [
        "method",
        "dose",
        "Δscore",
        "Δsafety",
        "excess",
        "ahead of gradient ascent",
        "ahead of catastrophic forgetting",
      ],
      ...made.doses
        .filter(({ benchmark }) => benchmark === "hazardous knowledge")
        .map((point) => [
          point.method,
          String(point.dose),
          figure(point.capabilityChange, 2),
          figure(point.safetyChange),
          figure(point.excessSafety),
          beside(point, "gradient ascent"),
          beside(point, "catastrophic forgetting"),
        ]),
    ]),
    effects: table([
      ["method", "benchmark", "pairs", "tax", "tax on mean", "change", "excess", "interval", "family p"],
      ...made.effects
        .filter(({ kind }) => kind === "safety")
        .map((row) => [
          row.method,
          row.benchmark,
          String(row.pairs),
          figure(row.alignmentTax, 2),
          figure(row.alignmentTaxOnMean),
          figure(row.safetyChange),
          figure(row.excessSafety),
          `[${figure(row.interval?.low)}, ${figure(row.interval?.high)}]`,
          figure(row.familyP),
        ]),
    ]),
    synthetic: `> ${made.conclusion}`,
  });
});

test("the synthetic example is what its script makes, and says that it is synthetic", () => {
  expect(asText(syntheticUnlearning())).toBe(readFileSync(example, "utf8"));
  expect(readFileSync(example, "utf8").slice(0, 400)).toMatch(
    /SYNTHETIC.*\n.*No model, benchmark or score in it is real/,
  );
});
