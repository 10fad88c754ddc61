import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { type OpenStore, openStore, type Place } from "../../src/store/open-store.js";

/** A PostgreSQL server on which databases may be created; without it only the embedded store is tested. */
const SERVER = process.env.TEST_DATABASE_URL;
export const LEFT_OUT =
  "left out: the PostgreSQL half of test/store, because TEST_DATABASE_URL names no server to create databases on";

export interface Ground {
  readonly kind: OpenStore["kind"];
  /** A new, empty place for a store. */
  prepare(): Promise<Place>;
  clear(place: Place): Promise<void>;
}

const embedded: Ground = {
  kind: "embedded",
  prepare: async () => ({ dataDir: await mkdtemp(join(tmpdir(), "decorrelate-test-")) }),
  clear: (place) => rm((place as { dataDir: string }).dataDir, { recursive: true, force: true }),
};

const postgresql: Ground = {
  kind: "postgresql",
  async prepare() {
    const name = `decorrelate_test_${randomBytes(8).toString("hex")}`;
    await onServer(`CREATE DATABASE ${name}`);
    const url = new URL(SERVER as string);
    url.pathname = name;
    return { databaseUrl: url.href };
  },
  async clear(place) {
    const name = new URL((place as { databaseUrl: string }).databaseUrl).pathname.slice(1);
    await onServer(`DROP DATABASE ${name} WITH (FORCE)`);
  },
};

/** Every behaviour of the store is claimed of each of these. */
export const GROUNDS: readonly Ground[] = SERVER === undefined ? [embedded] : [embedded, postgresql];

/** A clock that a test moves. */
class Clock {
  #time = Date.parse("2026-01-01T00:00:00.000Z");
  readonly now = () => new Date(this.#time);

  advance({ days = 0, hours = 0, ms = 0 }: { days?: number; hours?: number; ms?: number }): void {
    this.#time += days * 86_400_000 + hours * 3_600_000 + ms;
  }
}

/** A store on a place of its own. */
export class Opened {
  readonly clock = new Clock();
  readonly #ground: Ground;
  readonly place: Place;
  #store: OpenStore | null = null;

  constructor(ground: Ground, place: Place) {
    this.#ground = ground;
    this.place = place;
  }

  get store(): OpenStore {
    if (this.#store === null) throw new Error("the store is closed");
    return this.#store;
  }

  /** Another store on the same place; on the embedded one only once this is closed. */
  another(): Promise<OpenStore> {
    return openStore(this.place, { now: this.clock.now });
  }

  async reopen(): Promise<void> {
    await this.#store?.close();
    this.#store = await this.another();
  }

  async close(): Promise<void> {
    await this.#store?.close();
    await this.#ground.clear(this.place);
  }
}

export async function openOn(ground: Ground): Promise<Opened> {
  const opened = new Opened(ground, await ground.prepare());
  await opened.reopen();
  return opened;
}

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: SERVER });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
