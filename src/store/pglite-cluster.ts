import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { PGlite, types } from "@electric-sql/pglite";
import { DomainError } from "../errors.js";
import { DurableNodeFs, flushPath } from "./durable-node-fs.js";

/**
 * PGlite's defaults but for `-F`, which turns fsync off; `wal_sync_method` because Emscripten's fdatasync, the
 * default, does nothing.
 */
const START_PARAMS = [
  ...PGlite.defaultStartParams.filter((param) => param !== "-F"),
  ...["-c", "wal_sync_method=fsync", "-c", "shared_buffers=16MB"],
];

/** Opens the cluster of a data directory, made beside its place and moved there whole when there is none. */
export async function openCluster(dataDir: string): Promise<PGlite> {
  const cluster = join(dataDir, "postgres");
  try {
    if (!existsSync(cluster)) await makeCluster(dataDir, cluster);
    return await startPglite(new DurableNodeFs(cluster));
  } catch (error) {
    throw doesNotStart(dataDir, error);
  }
}

async function makeCluster(dataDir: string, cluster: string): Promise<void> {
  const unfinished = join(dataDir, "postgres.unfinished");
  await rm(unfinished, { recursive: true, force: true });
  const db = await startPglite(new DurableNodeFs(unfinished));
  await db.close();
  await rename(unfinished, cluster);
  if (process.platform !== "win32") flushPath(dataDir);
}

/** PGlite says no more than that it failed; of what is on disk nothing is touched by failing. */
function doesNotStart(dataDir: string, cause: unknown): DomainError {
  const { message } = cause as Error;
  const detail = `The embedded database in ${dataDir} does not start (${message}). Is the disk full, or the directory not writable?`;
  return Object.assign(new DomainError("unavailable", detail), { cause });
}

/** PGlite's own way of sending bytea takes ten times as long. */
export function startPglite(fs: DurableNodeFs): Promise<PGlite> {
  return PGlite.create({ fs, startParams: START_PARAMS, serializers: { [types.BYTEA]: hexOf } });
}

function hexOf(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`;
}
