import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { figure, type Spawned, spawning } from "./spawned.js";

const { start, dataDir } = spawning();
const SIZE = 512 * 2 ** 20;
const MOST_MB = 50;
const blank = Buffer.alloc(SIZE, " ");
const zeros = Buffer.alloc(SIZE);
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
const BOMBS = [
  ["gzip", "JSON whitespace", () => gzipSync(blank, { level: 9 })],
  ["gzip", "zeros", () => gzipSync(zeros, { level: 9 })],
  ["br", "JSON whitespace", () => brotliCompressSync(blank, brotli)],
  ["br", "zeros", () => brotliCompressSync(zeros, brotli)],
] as const;
const DOORS = [
  ["/v1/matrices/bomb/revisions", "text/csv"],
  ["/v1/matrices/bomb/revisions", "application/json"],
  ["/v1/matrices/bomb/revisions", "application/x-ndjson"],
  ["/v1/check", "application/json"],
] as const;

/** Resident memory in MB. */
const resident = ({ child }: Spawned) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024;

/** The slowest health check, and the most memory, from now until it is called. */
function watched(service: Spawned): () => Promise<{ grown: number; slowest: number }> {
  const before = resident(service);
  let [peak, slowest, over] = [before, 0, false];
  const watching = setInterval(() => {
    peak = Math.max(peak, resident(service));
  }, 20);
  const checking = (async () => {
    do {
      const begun = performance.now();
      const reply = await fetch(`${service.url}/health/live`);
      expect(reply.status).toBe(200);
      await reply.text();
      slowest = Math.max(slowest, performance.now() - begun);
    } while (!over);
  })();
  return async () => {
    // What the reply leaves running would show now.
    await delay(200);
    over = true;
    await checking;
    clearInterval(watching);
    return { grown: Math.max(peak, resident(service)) - before, slowest };
  };
}

test(`512 MiB in less than 1 MB of gzip or brotli are 413 for less than ${MOST_MB} MB of memory, and the service answers meanwhile`, {
  timeout: 120_000,
}, async () => {
  const service = await start({ DATA_DIR: await dataDir() });
  await service.ready();
  for (const [encoding, of, bomb] of BOMBS) {
    const body = new Uint8Array(bomb());
    expect(body.length).toBeLessThan(2 ** 20);
    const worst = { grown: 0, slowest: 0 };
    for (const [path, type] of DOORS) {
      const seen = watched(service);
      const headers = { "content-type": type, "content-encoding": encoding };
      const reply = await fetch(service.url + path, { method: "POST", headers, body });
      expect([path, type, reply.status]).toEqual([path, type, 413]);
      expect(await reply.json()).toMatchObject({ code: "tooLarge" });
      const { grown, slowest } = await seen();
      worst.grown = Math.max(worst.grown, grown);
      worst.slowest = Math.max(worst.slowest, slowest);
    }
    figure(
      `512 MiB of ${of} in ${(body.length / 2 ** 20).toFixed(2)} MiB of ${encoding}: 413 at ${DOORS.length} doors, ` +
        `at most ${worst.grown.toFixed(1)} MB more, slowest health check meanwhile ${worst.slowest.toFixed(0)} ms`,
    );
    expect(worst.grown).toBeLessThan(MOST_MB);
    expect(worst.slowest).toBeLessThan(2_000);
  }
});
