import { readFileSync } from "node:fs";
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { afterEach, describe, expect, test } from "vitest";
import { bundledMigrations, type Migration, migrate, type Session } from "../../src/store/migrate.js";
import { openStore, type Place } from "../../src/store/open-store.js";
import { GROUNDS, type Ground } from "./stores.js";

/** A bare connection to a fresh database of either kind. */
async function connect(ground: Ground, place: Place): Promise<Session & { end(): Promise<void> }> {
  if (ground.kind === "embedded") {
    const db = await PGlite.create();
    return {
      run: async (script) => void (await db.exec(script)),
      rows: async (sql, values) => (await db.query<Record<string, unknown>>(sql, values)).rows,
      end: () => db.close(),
    };
  }
  const client = new pg.Client({ connectionString: (place as { databaseUrl: string }).databaseUrl });
  await client.connect();
  return {
    run: async (script) => void (await client.query(script)),
    rows: async (sql, values) => (await client.query(sql, values)).rows,
    end: () => client.end(),
  };
}

const tables = (session: Session) =>
  session
    .rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    .then((rows) => rows.map(({ tablename }) => tablename));
const ledger = (session: Session) => session.rows("SELECT * FROM _prisma_migrations ORDER BY migration_name");

describe.each(GROUNDS)("migrations, $kind", (ground) => {
  const clearing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const clear of clearing.splice(0).reverse()) await clear();
  });
  async function fresh() {
    const place = await ground.prepare();
    clearing.push(() => ground.clear(place));
    const session = await connect(ground, place);
    clearing.push(() => session.end());
    return { place, session };
  }

  test("the ledger is Prisma's own, so that its commands can carry on", async () => {
    const { session } = await fresh();
    const migrations = await bundledMigrations();
    expect(await migrate(session, migrations)).toEqual(migrations.map(({ name }) => name));
    const [row] = await ledger(session);
    expect(row).toMatchObject({
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
      migration_name: expect.stringMatching(/^\d{14}_init$/),
      finished_at: expect.any(Date),
      rolled_back_at: null,
      logs: null,
      applied_steps_count: 1,
    });
    expect(await migrate(session, migrations)).toEqual([]);
    expect(await ledger(session)).toHaveLength(migrations.length);
  });

  test("when one of several migrations fails, none is applied", async () => {
    const { session } = await fresh();
    const broken: Migration = {
      name: "29990101000000_broken",
      script: "CREATE TABLE half (); SELECT 1 / 0;",
    };
    await expect(migrate(session, [...(await bundledMigrations()), broken])).rejects.toThrow(/zero/);
    expect(await tables(session)).toEqual([]);
  });

  test("a migration that this build does not know is refused by name, and one in another wording", async () => {
    const { session } = await fresh();
    const migrations = await bundledMigrations();
    const newer: Migration = { name: "29990101000000_newer", script: "CREATE TABLE newer ();" };
    await migrate(session, [...migrations, newer]);
    const refused = { code: "conflict", message: expect.stringContaining("29990101000000_newer") };
    await expect(migrate(session, migrations)).rejects.toMatchObject(refused);
    await expect(migrate(session, [...migrations, { ...newer, script: "SELECT 1;" }])).rejects.toMatchObject(
      refused,
    );
  });

  test("a migration that Prisma began and never finished is refused", async () => {
    const { session } = await fresh();
    const migrations = await bundledMigrations();
    await migrate(session, migrations);
    await session.run("UPDATE _prisma_migrations SET finished_at = NULL");
    const refused = { code: "conflict", message: expect.stringContaining("migrate resolve") };
    await expect(migrate(session, migrations)).rejects.toMatchObject(refused);
  });

  if (ground.kind !== "postgresql") return;

  test("eight instances that start together migrate once", async () => {
    const { place, session } = await fresh();
    const opening = Array.from({ length: 8 }, () => openStore(place, { now: () => new Date() }));
    const stores = await Promise.all(opening);
    await Promise.all(stores.map((store) => store.close()));
    expect(await ledger(session)).toHaveLength((await bundledMigrations()).length);
  });
});

test("the migrations folder has Prisma's lock file", () => {
  const lock = new URL("../../prisma/migrations/migration_lock.toml", import.meta.url);
  expect(readFileSync(lock, "utf8")).toContain('provider = "postgresql"');
});
