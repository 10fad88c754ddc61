import { Analyses } from "./analyses.js";
import { Contents } from "./contents.js";
import { counted } from "./counted.js";
import { Database } from "./database.js";
import { openEmbedded } from "./embedded.js";
import type { Engine, Log } from "./engine.js";
import { PrismaClient } from "./generated/client.js";
import { Heads } from "./heads.js";
import { Matrices } from "./matrices.js";
import { Once } from "./once.js";
import { openPostgresql } from "./postgresql.js";
import { Revisions } from "./revisions.js";
import type { Store } from "./store.js";
import { Tokens } from "./tokens.js";
import { understood } from "./understood.js";

export type Place = { readonly dataDir: string } | { readonly databaseUrl: string };

export interface OpenStore extends Store {
  readonly kind: Engine["kind"];
  /** How many queries have gone to the database so far. */
  queries(): number;
}

/**
 * Opens the embedded database of a directory, or a PostgreSQL server, and migrates it.
 * @throws {DomainError} `conflict` where another process has the directory or another version the database;
 * `unavailable` where PostgreSQL does not answer.
 */
export async function openStore(
  place: Place,
  { now, log = () => {} }: { readonly now: () => Date; readonly log?: Log },
): Promise<OpenStore> {
  try {
    const engine = await ("dataDir" in place
      ? openEmbedded(place.dataDir, log)
      : openPostgresql(place.databaseUrl, log));
    return storeOn(engine, now, log);
  } catch (error) {
    throw understood(error);
  }
}

function storeOn(engine: Engine, now: () => Date, log: Log): OpenStore {
  const { kind, transactions, freshFor } = engine;
  const { adapter, queries } = counted(engine.adapter);
  const database = new Database(new PrismaClient({ adapter, errorFormat: "minimal" }), { transactions });
  const heads = new Heads(database, now, freshFor);
  const once = new Once(database, now);
  engine.onLost(() => {
    log(
      "the lock on the data directory was taken over by another process: nothing is read or written any more",
    );
    database.refuse("Another process has taken over the data directory; this one has to be stopped.");
  });
  return {
    kind,
    queries,
    matrices: new Matrices(database, heads, now),
    revisions: new Revisions(database, heads, new Contents(database), now),
    tokens: new Tokens(database, now, freshFor),
    analyses: new Analyses(database, { now, shared: kind === "postgresql" }),
    shared: kind === "postgresql",
    join: () => engine.join(),
    once: (request, work) => once.run(request, work),
    ping: () => database.ping(),
    async close() {
      await database.close();
      await engine.close();
    },
  };
}
