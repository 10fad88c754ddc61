/**
 * What the service costs, beside what does the same work without it, in one run: reading a post against csv-parse alone, a
 * large append, a repeated answer against a bare Fastify route that sends the same bytes; and a cold answer against programs
 * that do nothing but its bootstrap (bench/peers). Prints tables and writes bench/results/service.json and headline.json.
 * `--smoke` runs each part briefly; it proves that the benchmark runs, not how fast anything is.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { appendCost } from "./append.js";
import type { Figure } from "./figure.js";
import { headline } from "./headline.js";
import { readingCost } from "./reading.js";
import { repeatedAnswer } from "./repeated-answer.js";

const smoke = process.argv.includes("--smoke");
const folder = await mkdtemp(join(tmpdir(), "decorrelate-bench-"));
try {
  const results = [
    ...readingCost(smoke ? 1 : 15),
    ...(await appendCost(folder, smoke)),
    ...(await repeatedAnswer(folder, smoke)),
  ];
  show(results);
  if (!smoke) await keep("service", { results });
  const { figures, versions } = await headline(folder, smoke);
  show(figures);
  if (!smoke) await keep("headline", { versions, results: figures });
} finally {
  await rm(folder, { recursive: true, force: true });
}

function show(figures: readonly Figure[]): void {
  console.table(
    figures.map(({ what, ours, peer, unit, ratio, bound }) => ({
      what,
      ours: round(ours),
      peer: round(peer),
      unit,
      ratio: round(ratio),
      bound,
    })),
  );
}

async function keep(name: string, found: object): Promise<void> {
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, memory: totalmem(), node: process.version };
  const file = new URL(`results/${name}.json`, import.meta.url);
  await mkdir(new URL("results/", import.meta.url), { recursive: true });
  await writeFile(file, `${JSON.stringify({ at: new Date().toISOString(), machine, ...found }, null, 2)}\n`);
}

function round(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(3));
}
