import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type * as z from "zod";
import type { confounding } from "../../src/analysis/confounding.js";
import { Service } from "../http/service.js";

type Answer = { [Field in keyof typeof confounding.shape]: z.infer<(typeof confounding.shape)[Field]> };

const file = new URL("../../docs/questions/confounding.md", import.meta.url);
const GIVEN = ["trainingFlop", "releasedOn"] as const;
const SHOWN = ["ethics_all", "MT_Bench", "wmdp_bio", "bbq_amb", "HarmBench-HumanJailbreaks-all"];

const ROWS = [
  "| chat, given | benchmark | n | rho | partialRho | interval | percentile | p | collinear |",
  "|---|---|---|---|---|---|---|---|---|",
];
const FAMILIES = ["| chat | γ within families | pairs | p | earlier | later |", "|---|---|---|---|---|---|"];

let service: Service;
beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => service.close());

const shown = (x: number | null | undefined) => (x == null ? "–" : x.toFixed(3).replace("-", "−"));
const bounds = (one: { low: number; high: number } | null) =>
  one === null ? "–" : `${shown(one.low)} … ${shown(one.high)}`;
const probability = (p: number | null) => (p === null ? "–" : p < 0.001 ? "< .001" : shown(p));

function between(name: string, lines: readonly string[], text: string): string {
  const [open, close] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(open) + open.length, text.indexOf(close)];
  return `${text.slice(0, from)}${lines.join("\n")}\n${text.slice(to)}`;
}

test("the page shows the figures that its curls give (UPDATE_DOCS=1 rewrites them)", async () => {
  const text = readFileSync(file, "utf8");
  const urls = [...text.matchAll(/curl 'http:\/\/127\.0\.0\.1:3000([^']+)'/g)].map(
    ([, url]) => url as string,
  );
  const answers = await Promise.all(urls.map((url) => service.json<Answer>(url)));
  expect(answers.map(({ given }) => given)).toEqual(GIVEN.map((one) => [one]));
  const rows = answers.flatMap(({ given, benchmarks }) =>
    SHOWN.map((name) => {
      const one = benchmarks.find(({ benchmark }) => benchmark === name) as Answer["benchmarks"][number];
      const flagged = one.collinear.map(({ rho, vif }) => `ρ ${shown(rho)}, ${vif?.toFixed(1)}`).join("; ");
      return `| \`${given}\` | \`${name}\` | ${one.n} | ${shown(one.rho)} | ${shown(one.partialRho)} | ${bounds(one.interval)} | ${bounds(one.intervals.percentile)} | ${probability(one.p)} | ${flagged || "–"} |`;
    }),
  );
  const [first] = answers as [Answer];
  const families = SHOWN.map((name) => {
    const own = first.withinFamily.find(({ benchmark }) => benchmark === name);
    const era = first.eras.find(({ benchmark }) => benchmark === name);
    return `| \`${name}\` | ${shown(own?.gamma)} | ${own?.pairs} | ${probability(own?.p ?? null)} | ${shown(era?.earlier.rho)} | ${shown(era?.later.rho)} |`;
  });
  let fresh = between("families", [...FAMILIES, ...families], between("rows", [...ROWS, ...rows], text));
  answers.forEach(({ conclusion }, k) => {
    fresh = between(`conclusion ${GIVEN[k]}`, [`> ${conclusion}`], fresh);
  });
  if (process.env.UPDATE_DOCS !== undefined) writeFileSync(file, fresh);
  expect(readFileSync(file, "utf8")).toBe(fresh);
});
