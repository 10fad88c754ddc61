import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Figure } from "./figure.js";
import type { ScoreTable } from "./score-table.js";
import type { Reply } from "./service.js";

/**
 * How much the process grows at most while it answers, workers and the asking client included, as a multiple of what it
 * cannot do without: the matrix in doubles and the answer's bytes.
 */
export async function footprint(ask: () => Promise<Reply>, { rows }: ScoreTable): Promise<Figure[]> {
  collectGarbage();
  const before = process.memoryUsage();
  const peak = { rss: before.rss, arrayBuffers: before.arrayBuffers };
  const look = () => {
    const { rss, arrayBuffers } = process.memoryUsage();
    peak.rss = Math.max(peak.rss, rss);
    peak.arrayBuffers = Math.max(peak.arrayBuffers, arrayBuffers);
  };
  const looking = setInterval(look, 5);
  const { bytes } = await ask();
  look();
  clearInterval(looking);
  const needed = rows.length * (rows[0] as readonly number[]).length * 8 + bytes;
  return (["rss", "arrayBuffers"] as const).map((kind) => ({
    what: `growth of ${kind} while ${rows.length} models are answered for`,
    ours: (peak[kind] - before[kind]) / needed,
    peer: null,
    unit: "× matrix and answer",
    ratio: null,
    bound: "–",
  }));
}

function collectGarbage(): void {
  setFlagsFromString("--expose_gc");
  (runInNewContext("gc") as () => void)();
}
