import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import type { Log } from "./engine.js";

/** First half of the advisory locks by which processes show that they live; the second is the process's number. */
export const PRESENCE_LOCKS = 727_073;
const RETRY_AFTER = 500;

/** A connection of its own whose advisory lock PostgreSQL frees the moment this process is gone. */
export class Presence {
  readonly #number = randomInt(1, 2 ** 31 - 1);
  readonly #connectionString: string;
  readonly #log: Log;
  #client: pg.Client | null = null;
  #left = false;

  constructor(connectionString: string, log: Log) {
    this.#connectionString = connectionString;
    this.#log = log;
  }

  async join(): Promise<number> {
    if (this.#client === null) await this.#connect();
    return this.#number;
  }

  async leave(): Promise<void> {
    this.#left = true;
    await this.#client?.end().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#connectionString,
      keepAlive: true,
      application_name: "decorrelate presence",
    });
    client.on("error", () => {});
    client.once("end", () => void this.#again());
    await client.connect();
    this.#client = client;
    await client.query("SELECT pg_advisory_lock($1, $2)", [PRESENCE_LOCKS, this.#number]);
  }

  /** Whatever was ours meanwhile may be another's by now; results are accepted from the present owner only. */
  async #again(): Promise<void> {
    while (!this.#left) {
      await delay(RETRY_AFTER, undefined, { ref: false });
      try {
        return await this.#connect();
      } catch (error) {
        this.#log(`this process cannot show others that it lives: ${(error as Error).message}`);
      }
    }
  }
}
