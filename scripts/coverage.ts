/**
 * Do intervals mean what they say? Simulates score matrices whose true correlations are known, asks the service's own code
 * for each, and counts: coverage, the distribution of p, verdicts. Writes docs/evidence/coverage.json and .md, the same to
 * the digit (but for the time taken) on any machine. `--quick` takes seconds, prints, and writes nothing.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { type Evidence, render } from "./simulation/render.js";
import { FULL, QUICK, study } from "./simulation/study.js";

const quick = process.argv.includes("--quick");
const threads = cpus().length;
const pool = new Piscina({
  filename: fileURLToPath(new URL("simulation/thread.mjs", import.meta.url)),
  minThreads: threads,
  maxThreads: threads,
});
try {
  const began = performance.now();
  const found = await study(quick ? QUICK : FULL, {
    trials: (task) => pool.run(task, { name: "trialsOf" }),
    populationRhos: (task) => pool.run(task, { name: "populationRhos" }),
  });
  const seconds = Math.round((performance.now() - began) / 1000);
  const machine = { cpu: cpus()[0]?.model ?? "unknown", threads, node: process.version };
  const evidence: Evidence = { ran: { seconds, ...machine }, ...found };
  if (quick) process.stdout.write(render(evidence));
  else await keep(evidence);
} finally {
  await pool.destroy();
}

async function keep(evidence: Evidence): Promise<void> {
  const folder = new URL("../docs/evidence/", import.meta.url);
  await mkdir(folder, { recursive: true });
  await writeFile(new URL("coverage.json", folder), `${JSON.stringify(evidence, null, 1)}\n`);
  await writeFile(new URL("coverage.md", folder), render(evidence));
}
