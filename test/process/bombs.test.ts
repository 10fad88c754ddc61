import { readFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build, folder, Spawned } from "./spawned.js";

const SIZE = 512 * 2 ** 20;
let service: Spawned;
let remove: () => Promise<void>;
beforeAll(async () => {
  build();
  const { path, remove: removeFolder } = await folder();
  remove = removeFolder;
  service = await Spawned.start({ DATA_DIR: path });
  await service.ready();
}, 120_000);
afterAll(async () => {
  await service.stop();
  await remove();
});

const resident = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${service.child.pid}/status`, "utf8"))?.[1]) / 1024;
const zeros = Buffer.alloc(SIZE, " ");
const BOMBS = {
  gzip: () => gzipSync(zeros, { level: 9 }),
  br: () => brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
};

test.each(Object.entries(BOMBS))(
  "512 MiB in %s are refused with less than 50 MB of memory, and the service goes on",
  async (encoding, bomb) => {
    const body = new Uint8Array(bomb());
    expect(body.length).toBeLessThan(2 ** 20);
    for (const [path, type] of [
      ["/v1/matrices/bomb/revisions", "text/csv"],
      ["/v1/matrices/bomb/revisions", "application/json"],
      ["/v1/check", "application/json"],
    ] as const) {
      const before = resident();
      let peak = before;
      const watch = setInterval(() => {
        peak = Math.max(peak, resident());
      }, 10);
      const reply = await fetch(service.url + path, {
        method: "POST",
        headers: { "content-type": type, "content-encoding": encoding },
        body,
      });
      clearInterval(watch);
      expect([path, reply.status]).toEqual([path, 413]);
      expect(peak - before, `MB more for ${encoding} at ${path}`).toBeLessThan(50);
      expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    }
  },
  120_000,
);
