import { fstatSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import { expect, test } from "vitest";
import { DurableNodeFs } from "../../src/store/durable-node-fs.js";
import { startPglite } from "../../src/store/pglite-cluster.js";

type Flush = (stream: { readonly nfd?: number }) => number;

/** Counts the flushes of files; what they do is still done. */
class Watched extends DurableNodeFs {
  flushes = 0;

  override async init(pg: PGlite, options: Parameters<DurableNodeFs["init"]>[1]) {
    const { emscriptenOpts } = await super.init(pg, options);
    const watch = (module: unknown) => {
      const { stream_ops } = (module as { NODEFS: { stream_ops: { fsync: Flush } } }).NODEFS;
      const { fsync } = stream_ops;
      stream_ops.fsync = (stream) => {
        if (stream.nfd !== undefined && fstatSync(stream.nfd).isFile()) this.flushes += 1;
        return fsync(stream);
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [emscriptenOpts.preRun ?? [], watch].flat() } };
  }
}

test("the embedded database flushes its log to disk at every commit, and not for a read", async () => {
  const directory = await mkdtemp(join(tmpdir(), "decorrelate-test-"));
  const fs = new Watched(join(directory, "postgres"));
  const db = await startPglite(fs);
  try {
    await db.exec("CREATE TABLE t (x int)");
    const before = fs.flushes;
    for (let x = 0; x < 10; x += 1) await db.query("INSERT INTO t VALUES ($1)", [x]);
    const after = fs.flushes;
    expect(after - before).toBeGreaterThanOrEqual(10);
    await db.query("SELECT * FROM t");
    expect(fs.flushes).toBe(after);
  } finally {
    await db.close();
    await rm(directory, { recursive: true });
  }
});
