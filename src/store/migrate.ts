import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DomainError } from "../errors.js";

/** A connection of our own, before Prisma has one. */
export interface Session {
  run(script: string): Promise<void>;
  rows(sql: string, values?: unknown[]): Promise<readonly Record<string, unknown>[]>;
}

export interface Migration {
  readonly name: string;
  readonly script: string;
}

/** Two folders up from src/store as from dist/store. */
const MIGRATIONS = fileURLToPath(new URL("../../prisma/migrations", import.meta.url));
/** The number of Prisma's own migration lock, so that `prisma migrate deploy` waits for us and we for it. */
const LOCK = 72707369;

/** As Prisma makes it. */
const LEDGER = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

export async function bundledMigrations(): Promise<readonly Migration[]> {
  const entries = await readdir(MIGRATIONS, { withFileTypes: true });
  const names = entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
  const read = (name: string) => readFile(join(MIGRATIONS, name, "migration.sql"), "utf8");
  return Promise.all(names.map(async (name) => ({ name, script: await read(name) })));
}

/**
 * Brings the database to this build's schema, all or nothing, one process at a time.
 * @throws {DomainError} `conflict` where the database holds what this build does not know.
 */
export async function migrate(
  session: Session,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  await session.run("BEGIN");
  try {
    await session.rows("SELECT pg_advisory_xact_lock($1)", [LOCK]);
    await session.run(LEDGER);
    const applied = await appliedChecksums(session);
    requireKnown(applied, migrations);
    const pending = migrations.filter(({ name }) => !applied.has(name));
    for (const migration of pending) await apply(session, migration);
    await session.run("COMMIT");
    return pending.map(({ name }) => name);
  } catch (error) {
    await session.run("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

async function appliedChecksums(session: Session): Promise<ReadonlyMap<string, string>> {
  const rows = await session.rows(
    "SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL",
  );
  const failed = rows.find(({ finished_at }) => finished_at === null);
  if (failed !== undefined) {
    throw new DomainError(
      "conflict",
      `The database's migration ${failed.migration_name} was begun elsewhere and never finished; resolve it with "prisma migrate resolve".`,
    );
  }
  return new Map(rows.map((row) => [String(row.migration_name), String(row.checksum)]));
}

function requireKnown(applied: ReadonlyMap<string, string>, migrations: readonly Migration[]): void {
  const known = new Map(migrations.map((migration) => [migration.name, checksum(migration)]));
  for (const [name, sum] of applied) {
    if (known.get(name) === sum) continue;
    const what = known.has(name) ? "in another wording" : "which this build does not know";
    throw new DomainError(
      "conflict",
      `The database has had the migration ${name}, ${what}: it belongs to another version of Decorrelate. Start that version, or a newer one.`,
    );
  }
}

async function apply(session: Session, migration: Migration): Promise<void> {
  await session.run(migration.script);
  await session.rows(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
     VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
    [randomUUID(), checksum(migration), migration.name],
  );
}

function checksum({ script }: Migration): string {
  return createHash("sha256").update(script).digest("hex");
}
