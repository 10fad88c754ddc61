/**
 * What the service costs, beside what does the same work without it, in one run: reading a post against csv-parse alone, a
 * large append, and a repeated answer against a bare Fastify route that sends the same bytes. Prints a table and writes
 * bench/results/service.json. `--smoke` runs each part briefly; it proves that the benchmark runs, not how fast anything is.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { appendCost } from "./append.js";
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
  console.table(
    results.map(({ what, ours, peer, unit, ratio, bound }) => ({
      what,
      ours: round(ours),
      peer: round(peer),
      unit,
      ratio: round(ratio),
      bound,
    })),
  );
  if (!smoke) await keep(results);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function keep(results: readonly object[]): Promise<void> {
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, memory: totalmem(), node: process.version };
  const file = new URL("results/service.json", import.meta.url);
  await mkdir(new URL("results/", import.meta.url), { recursive: true });
  await writeFile(file, `${JSON.stringify({ at: new Date().toISOString(), machine, results }, null, 2)}\n`);
}

function round(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(3));
}
