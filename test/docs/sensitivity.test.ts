import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type * as z from "zod";
import type { sensitivity } from "../../src/analysis/sensitivity.js";
import { Service } from "../http/service.js";

type Answer = { [Field in keyof typeof sensitivity.shape]: z.infer<(typeof sensitivity.shape)[Field]> };

const file = new URL("../../docs/questions/sensitivity.md", import.meta.url);
const HEADS = ["| dropped | low | high | band of low | band of high | beyond |", "|---|---|---|---|---|---|"];

let service: Service;
beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => service.close());

const shown = (x: number | null | undefined) => (x == null ? "–" : x.toFixed(3).replace("-", "−"));

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
  const [bounds, set] = (await Promise.all(urls.map((url) => service.json<Answer>(url)))) as [Answer, Answer];
  const rows = bounds.bounds.map(
    ({ dropped, low, high, band, beyondBand }) =>
      `| ${dropped} | ${shown(low)} | ${shown(high)} | ${band?.low.map(shown).join(" … ")} | ${band?.high.map(shown).join(" … ")} | ${beyondBand ? "yes" : "no"} |`,
  );
  let fresh = between("bounds", [...HEADS, ...rows], text);
  fresh = between("conclusion", [`> ${bounds.conclusion}`], fresh);
  fresh = between("set", [`> ${set.conclusion}`], fresh);
  if (process.env.UPDATE_DOCS !== undefined) writeFileSync(file, fresh);
  expect(readFileSync(file, "utf8")).toBe(fresh);
});
