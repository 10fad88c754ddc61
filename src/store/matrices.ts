import { DomainError, quote } from "../errors.js";
import type { Database, Sql } from "./database.js";
import { requireMatch } from "./entity-tag.js";
import { type Heads, lifeOfHead, lockHead, matrixSummaryOf, requireLiving } from "./heads.js";
import { noSuchMatrix, oldestRestorable, restorableUntil } from "./life.js";
import { SUMMARY_COLUMNS, summaryOf } from "./revision-row.js";
import type { MatrixStore, MatrixSummary } from "./store.js";

export class Matrices implements MatrixStore {
  readonly #database: Database;
  readonly #heads: Heads;
  readonly #now: () => Date;

  constructor(database: Database, heads: Heads, now: () => Date) {
    this.#database = database;
    this.#heads = heads;
    this.#now = now;
  }

  list({ limit, after }: { limit: number; after: string | null }): Promise<readonly MatrixSummary[]> {
    return this.#database.read(async (sql) => {
      const rows = await sql.matrix.findMany({
        where: { deletedAt: null, ...(after !== null && { name: { gt: after } }) },
        orderBy: { name: "asc" },
        take: limit,
      });
      const latest = await sql.revision.findMany({
        where: { OR: rows.map(({ id, nextNumber }) => ({ matrixId: id, number: nextNumber - 1 })) },
        select: { ...SUMMARY_COLUMNS, matrixId: true },
      });
      const byId = new Map(latest.map((row) => [row.matrixId, row]));
      return rows.flatMap(({ id, name, createdAt }) => {
        const row = byId.get(id);
        return row === undefined ? [] : [{ name, createdAt, latest: summaryOf(name, row) }];
      });
    });
  }

  async get(name: string): Promise<MatrixSummary> {
    return matrixSummaryOf(await this.#heads.living(name));
  }

  remove(name: string, { ifMatch }: { ifMatch: readonly string[] | null }) {
    return this.#change(name, async (sql) => {
      const now = this.#now();
      const head = requireLiving(name, await lockHead(sql, name), now);
      requireMatch(ifMatch, head.latest);
      await sql.matrix.update({ where: { name }, data: { deletedAt: now } });
      return { restorableUntil: restorableUntil(now) };
    });
  }

  restore(name: string): Promise<MatrixSummary> {
    return this.#change(name, async (sql) => {
      const now = this.#now();
      const head = await lockHead(sql, name);
      const life = lifeOfHead(head, now);
      if (head === null || life === "absent") throw noSuchMatrix(name);
      if (life === "living") throw new DomainError("conflict", `The matrix ${quote(name)} is not removed.`);
      await sql.matrix.update({ where: { name }, data: { deletedAt: null } });
      return matrixSummaryOf(requireLiving(name, { ...head, deletedAt: null }, now));
    });
  }

  async purge(now: Date): Promise<number> {
    const deletedAt = { lte: oldestRestorable(now) };
    const due = await this.#database.read((sql) =>
      sql.matrix.findMany({ where: { deletedAt, revisions: { some: {} } }, select: { name: true } }),
    );
    let purged = 0;
    for (const { name } of due) if (await this.#purgeOne(name, now)) purged += 1;
    return purged;
  }

  /** Looked at again under the lock: it may have been restored, or begun anew. */
  #purgeOne(name: string, now: Date): Promise<boolean> {
    return this.#change(name, async (sql) => {
      const head = await lockHead(sql, name);
      if (head === null || lifeOfHead(head, now) !== "absent") return false;
      const { count } = await sql.revision.deleteMany({ where: { matrixId: head.id } });
      return count > 0;
    });
  }

  #change<T>(name: string, work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#database.transact(({ sql, afterEnd }) => {
      afterEnd(() => this.#heads.forget(name));
      return work(sql);
    });
  }
}
