import { DomainError } from "../errors.js";
import type { Database, Sql } from "./database.js";
import { PRESENCE_LOCKS } from "./presence.js";
import type { Claim, ClaimOutcome, Failure } from "./store.js";

/** After so many processes died over it, a computation is what kills them. */
const MOST_DEATHS = 3;
const RETRY_AFTER = 2;

const CLAIM_COLUMNS = {
  key: true,
  inquiry: true,
  matrix: true,
  revision: true,
  digest: true,
  cost: true,
  askedBy: true,
} as const;

/** Answers by key, and the claim on each that is being made: one row, so that it is made once, whoever asks. */
export class Claims {
  readonly #database: Database;
  readonly #now: () => Date;
  readonly #shared: boolean;

  constructor(database: Database, { now, shared }: { readonly now: () => Date; readonly shared: boolean }) {
    this.#database = database;
    this.#now = now;
    this.#shared = shared;
  }

  async answer(key: string): Promise<Uint8Array | null> {
    const row = await this.#database.read((sql) =>
      sql.answer.findUnique({ where: { key }, select: { json: true } }),
    );
    return row?.json ?? null;
  }

  async keepAnswer(key: string, json: Uint8Array): Promise<void> {
    await this.#database.transact(({ sql }) => insertAnswer(sql, { key, json, now: this.#now() }));
  }

  claim(
    claim: Claim,
    { owner, mostWaiting }: { owner: number | null; mostWaiting: number },
  ): Promise<ClaimOutcome> {
    const data = [{ ...claim, owner, queuedAt: this.#now() }];
    return this.#database.transact(async ({ sql }) => {
      if ((await sql.answer.count({ where: { key: claim.key } })) > 0) return "answered";
      if (owner === null && (await countWaiting(sql)) >= mostWaiting) return "busy";
      const { count } = await sql.computation.createMany({ data, skipDuplicates: true });
      return count === 1 ? "claimed" : "taken";
    });
  }

  claimsOf(askedBy: string, atLeast: number): Promise<number> {
    return this.#database.read((sql) =>
      sql.computation.count({ where: { askedBy, cost: { gte: atLeast } } }),
    );
  }

  async isClaimed(key: string): Promise<boolean> {
    return (await this.#database.read((sql) => sql.computation.count({ where: { key } }))) > 0;
  }

  take(keys: readonly string[], owner: number): Promise<readonly Claim[]> {
    return this.#database.read((sql) =>
      sql.computation.updateManyAndReturn({
        where: { key: { in: [...keys] }, owner: null },
        data: { owner },
        select: CLAIM_COLUMNS,
      }),
    );
  }

  succeed(key: string, owner: number, json: Uint8Array): Promise<boolean> {
    const now = this.#now();
    return this.#database.transact(async ({ sql }) => {
      const { count } = await sql.computation.deleteMany({ where: { key, owner } });
      if (count === 0) return false;
      await insertAnswer(sql, { key, json, now });
      await endAnalyses(sql, key, now);
      return true;
    });
  }

  fail(key: string, owner: number, failure: Failure): Promise<boolean> {
    return this.#database.transact(async ({ sql }) => {
      const { count } = await sql.computation.deleteMany({ where: { key, owner } });
      if (count > 0) await failAnalyses(sql, { key, failure, now: this.#now() });
      return count > 0;
    });
  }

  async release(owner: number): Promise<void> {
    await this.#database.read((sql) =>
      sql.computation.updateMany({
        where: { owner },
        data: { owner: null, progress: 0, queuedAt: this.#now() },
      }),
    );
  }

  beat(owner: number, progress: ReadonlyMap<string, number>): Promise<ReadonlySet<string>> {
    return this.#database.read(async (sql) => {
      const rows = await sql.$queryRaw<{ key: string }[]>`
        UPDATE computations SET progress = news.progress
        FROM unnest(${[...progress.keys()]}::text[], ${[...progress.values()]}::float8[]) AS news(key, progress)
        WHERE computations.key = news.key AND owner = ${owner} RETURNING computations.key`;
      return new Set(rows.map(({ key }) => key));
    });
  }

  recover(): Promise<void> {
    return this.#database.transact(async ({ sql }) => {
      const now = this.#now();
      const dead = this.#shared ? await ownersWithoutLock(sql) : await owners(sql);
      if (dead.length === 0) return;
      await sql.computation.updateMany({
        where: { owner: { in: dead } },
        data: { owner: null, progress: 0, deaths: { increment: 1 }, queuedAt: now },
      });
      const deadly = await sql.computation.findMany({ where: { deaths: { gte: MOST_DEATHS } } });
      for (const { key, deaths } of deadly) {
        const detail = `${deaths} processes died while computing this; it is likely too large for them`;
        await sql.computation.deleteMany({ where: { key } });
        await failAnalyses(sql, { key, failure: { code: "internal", detail, problems: [] }, now });
      }
    });
  }

  async waiting({ ms, limit }: { ms: number; limit: number }): Promise<readonly string[]> {
    const queuedAt = { lte: new Date(this.#now().getTime() - ms) };
    const rows = await this.#database.read((sql) =>
      sql.computation.findMany({
        where: { owner: null, queuedAt },
        orderBy: { queuedAt: "asc" },
        take: limit,
        select: { key: true },
      }),
    );
    return rows.map(({ key }) => key);
  }

  countWaiting(): Promise<number> {
    return this.#database.read(countWaiting);
  }

  abandon(key: string): Promise<boolean> {
    return this.#database.transact(async ({ sql }) => {
      // Locked first: who records an analysis of this key holds the lock, and is seen once it is ours.
      await sql.$queryRaw`SELECT key FROM computations WHERE key = ${key} FOR UPDATE`;
      const needed = await sql.analysis.count({ where: { status: "queued", keys: { has: key } } });
      if (needed > 0) return false;
      await sql.computation.deleteMany({ where: { key } });
      return true;
    });
  }
}

/** @throws {DomainError} `unavailable` where too many claims wait. */
export async function requireRoom(sql: Sql, mostWaiting: number): Promise<void> {
  if ((await countWaiting(sql)) >= mostWaiting) {
    throw new DomainError("unavailable", "too many computations wait already", [], 0, RETRY_AFTER);
  }
}

function countWaiting(sql: Sql): Promise<number> {
  return sql.computation.count({ where: { owner: null } });
}

async function insertAnswer(
  sql: Sql,
  { key, json, now }: { key: string; json: Uint8Array; now: Date },
): Promise<void> {
  const data = [{ key, json: Uint8Array.from(json), size: json.byteLength, createdAt: now }];
  await sql.answer.createMany({ data, skipDuplicates: true });
}

/** Those that wait for no other key. Locked first: of two last keys at once, one must see the other's end. */
async function endAnalyses(sql: Sql, key: string, now: Date): Promise<void> {
  await sql.$queryRaw`
    SELECT id FROM analyses WHERE status = 'queued' AND ${key} = ANY(keys) ORDER BY id FOR UPDATE`;
  const rows = await sql.$queryRaw<{ id: string }[]>`
    SELECT id FROM analyses WHERE status = 'queued' AND ${key} = ANY(keys)
      AND NOT EXISTS (SELECT 1 FROM computations WHERE computations.key = ANY(analyses.keys))`;
  await sql.analysis.updateMany({
    where: { id: { in: rows.map(({ id }) => id) }, status: "queued" },
    data: { status: "succeeded", endedAt: now },
  });
}

async function failAnalyses(
  sql: Sql,
  { key, failure, now }: { key: string; failure: Failure; now: Date },
): Promise<void> {
  await sql.analysis.updateMany({
    where: { status: "queued", keys: { has: key } },
    data: { status: "failed", error: JSON.stringify(failure), endedAt: now },
  });
}

async function owners(sql: Sql): Promise<number[]> {
  const rows = await sql.computation.findMany({ where: { owner: { not: null } }, select: { owner: true } });
  return rows.map(({ owner }) => owner as number);
}

async function ownersWithoutLock(sql: Sql): Promise<number[]> {
  const rows = await sql.$queryRaw<{ owner: number }[]>`
    SELECT DISTINCT owner FROM computations WHERE owner IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid::bigint = ${PRESENCE_LOCKS}
        AND objid::bigint = owner AND objsubid = 2
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`;
  return rows.map(({ owner }) => owner);
}
