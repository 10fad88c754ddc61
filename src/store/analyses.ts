import { DomainError, quote } from "../errors.js";
import { analysisId, isPurged, oldestId } from "./analysis-id.js";
import { ANALYSIS_COLUMNS, analysisOf } from "./analysis-row.js";
import { attach } from "./attach.js";
import { Claims } from "./claims.js";
import type { Database } from "./database.js";
import type { Analysis, AnalysisStore, Claim, NewAnalysis } from "./store.js";

/** The answers kept in the database, at most; the oldest go. */
const MOST_ANSWER_BYTES = 2 ** 30;

/** What clients come back to, over the claims on what is being computed for them. */
export class Analyses extends Claims implements AnalysisStore {
  readonly #database: Database;
  readonly #now: () => Date;

  constructor(database: Database, options: { readonly now: () => Date; readonly shared: boolean }) {
    super(database, options);
    this.#database = database;
    this.#now = options.now;
  }

  attach(analysis: NewAnalysis, claims: readonly Claim[], { mostWaiting }: { mostWaiting: number }) {
    const now = this.#now();
    return this.#database.transact(({ sql }) =>
      attach(sql, { analysis, claims, mostWaiting, now, id: analysisId(now) }),
    );
  }

  async get(id: string): Promise<Analysis> {
    const [row] = await this.#read({ where: { id } });
    if (row !== undefined) return row;
    if (isPurged(id, this.#now())) {
      throw new DomainError("gone", `The analysis ${quote(id)} ended more than a week ago; ask again.`);
    }
    throw new DomainError("notFound", `There is no analysis ${quote(id)}.`);
  }

  list({ limit, before }: { limit: number; before: string | null }): Promise<readonly Analysis[]> {
    const where = before === null ? {} : { id: { lt: before } };
    return this.#read({ where, orderBy: { id: "desc" }, take: limit });
  }

  async cancel(id: string): Promise<readonly string[]> {
    const found = await this.get(id);
    const { count } = await this.#database.read((sql) =>
      sql.analysis.updateMany({
        where: { id, status: "queued" },
        data: { status: "cancelled", endedAt: this.#now() },
      }),
    );
    if (count === 0) throw new DomainError("conflict", `The analysis ${quote(id)} has ended already.`);
    const needless: string[] = [];
    for (const key of found.keys) if (await this.abandon(key)) needless.push(key);
    return needless;
  }

  async purge(): Promise<void> {
    const now = this.#now();
    await this.#database.read((sql) => sql.analysis.deleteMany({ where: { id: { lt: oldestId(now) } } }));
    await this.#database.read(
      (sql) => sql.$executeRaw`
        DELETE FROM answers WHERE key IN (
          SELECT key FROM (SELECT key, sum(size) OVER (ORDER BY created_at DESC, key) AS total FROM answers) AS kept
          WHERE total > ${MOST_ANSWER_BYTES})`,
    );
  }

  #read(query: {
    where: { id?: string | { lt: string } };
    orderBy?: { id: "desc" };
    take?: number;
  }): Promise<readonly Analysis[]> {
    return this.#database.read(async (sql) => {
      const rows = await sql.analysis.findMany({ ...query, select: ANALYSIS_COLUMNS });
      const keys = rows.flatMap((row) => (row.status === "queued" ? row.keys : []));
      const claims = await sql.computation.findMany({
        where: { key: { in: keys } },
        select: { key: true, owner: true, progress: true },
      });
      return rows.map((row) => analysisOf(row, claims));
    });
  }
}
