import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import type { Engine, Log } from "./engine.js";
import { bundledMigrations, migrate, type Session } from "./migrate.js";
import { Presence } from "./presence.js";

const CONNECTIONS = 10;
/** Some connections are left for reads while large posts wait for a matrix's lock. */
const TRANSACTIONS = 6;
const CONNECT_WITHIN = 5_000;
/** A tenth below the second that is promised, for the query itself. */
const FRESH_FOR = 900;

/** A PostgreSQL server, shared with any number of processes. */
export async function openPostgresql(databaseUrl: string, log: Log): Promise<Engine> {
  await migrateServer(databaseUrl, log);
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_WITHIN,
    keepAlive: true,
  });
  const onPoolError = (error: Error) => log(`an idle connection to PostgreSQL broke: ${error.message}`);
  const presence = new Presence(databaseUrl, log);
  return {
    kind: "postgresql",
    adapter: new PrismaPg(pool, { onPoolError, onConnectionError: onPoolError }),
    transactions: TRANSACTIONS,
    freshFor: FRESH_FOR,
    onLost: () => {},
    join: () => presence.join(),
    async close() {
      await presence.leave();
      await pool.end();
    },
  };
}

async function migrateServer(connectionString: string, log: Log): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_WITHIN });
  client.on("error", (error) => log(`the connection to PostgreSQL broke: ${error.message}`));
  await client.connect();
  try {
    const applied = await migrate(sessionOf(client), await bundledMigrations());
    if (applied.length > 0) log(`migrated PostgreSQL: ${applied.join(", ")}`);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function sessionOf(client: pg.Client): Session {
  return {
    run: async (script) => void (await client.query(script)),
    rows: async (sql, values) => (await client.query(sql, values)).rows,
  };
}
