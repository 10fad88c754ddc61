import { mkdir, realpath } from "node:fs/promises";
import type { PGlite } from "@electric-sql/pglite";
import { PrismaPGlite } from "pglite-prisma-adapter";
import type { Engine, Log } from "./engine.js";
import { lockDirectory } from "./lock.js";
import { bundledMigrations, migrate, type Session } from "./migrate.js";
import { openCluster } from "./pglite-cluster.js";
import { forPrisma } from "./pglite-for-prisma.js";

/** PostgreSQL inside this process, its files in `dataDir`, under a lock until it is closed. */
export async function openEmbedded(dataDir: string, log: Log): Promise<Engine> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const directory = await realpath(dataDir);
  let onLost = () => {};
  const lock = await lockDirectory(directory, () => onLost());
  let db: PGlite | undefined;
  try {
    db = await openCluster(directory);
    const applied = await migrate(sessionOf(db), await bundledMigrations());
    if (applied.length > 0) log(`migrated ${directory}: ${applied.join(", ")}`);
    return engineOf(db, lock.release, (run) => (onLost = run));
  } catch (error) {
    await db?.close().catch(() => undefined);
    await lock.release();
    throw error;
  }
}

function engineOf(db: PGlite, release: () => Promise<void>, onLost: (run: () => void) => void): Engine {
  return {
    kind: "embedded",
    adapter: new PrismaPGlite(forPrisma(db)),
    transactions: 1,
    freshFor: 0,
    onLost,
    join: async () => process.pid,
    async close() {
      try {
        await db.close();
      } finally {
        await release();
      }
    },
  };
}

function sessionOf(db: PGlite): Session {
  return {
    run: async (script) => void (await db.exec(script)),
    rows: async (sql, values) => (await db.query<Record<string, unknown>>(sql, values)).rows,
  };
}
