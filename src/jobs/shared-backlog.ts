import PgBoss from "pg-boss";
import type { Backlog } from "./backlog.js";

const QUEUE = "computations";
/** A job that was fetched and not completed by then is another's: its fetcher is gone. */
const EXPIRE_SECONDS = 60;

/** Between all processes on one PostgreSQL, by pg-boss. */
export class SharedBacklog implements Backlog {
  readonly #boss: PgBoss;

  private constructor(boss: PgBoss) {
    this.#boss = boss;
  }

  static async open(connectionString: string, log: (message: string) => void): Promise<SharedBacklog> {
    const boss = new PgBoss({
      connectionString,
      schema: "pgboss",
      application_name: "decorrelate backlog",
      max: 2,
      schedule: false,
      archiveCompletedAfterSeconds: 60,
      deleteAfterHours: 1,
    });
    boss.on("error", (error) => log(`the backlog: ${error.message}`));
    await boss.start();
    // One waiting job a key, so that offering a key again does no harm.
    await boss.createQueue(QUEUE, {
      name: QUEUE,
      policy: "short",
      retryLimit: 3,
      expireInSeconds: EXPIRE_SECONDS,
    });
    return new SharedBacklog(boss);
  }

  async offer(keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.#boss.send(QUEUE, { key }, { singletonKey: key });
  }

  async fetch(most: number): Promise<readonly string[]> {
    const jobs = await this.#boss.fetch<{ key: string }>(QUEUE, { batchSize: most });
    if (jobs.length === 0) return [];
    await this.#boss.complete(
      QUEUE,
      jobs.map(({ id }) => id),
    );
    return jobs.map(({ data }) => data.key);
  }

  close(): Promise<void> {
    return this.#boss.stop({ graceful: false });
  }
}
