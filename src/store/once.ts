import { createHash } from "node:crypto";
import { DomainError } from "../errors.js";
import { type Database, type Sql, seal } from "./database.js";
import type { KeptReply, OnceReply, OnceRequest, Transaction } from "./store.js";

const KEPT_FOR = 24 * 3_600_000;
const PURGE_EVERY = 3_600_000;
const LONGEST_KEY = 255;
const RETRY_AFTER = 1;

/** Replies kept by Idempotency-Key, each written in the transaction of the work it answers. */
export class Once {
  readonly #database: Database;
  readonly #now: () => Date;
  readonly #running = new Set<string>();
  #purgedAt = 0;

  constructor(database: Database, now: () => Date) {
    this.#database = database;
    this.#now = now;
  }

  /** @throws {DomainError} `idempotencyKeyReused`, `stillRunning`, `invalid`, and whatever `work` throws. */
  async run(
    request: OnceRequest,
    work: (transaction: Transaction) => Promise<KeptReply>,
  ): Promise<OnceReply> {
    if (request.key.length > LONGEST_KEY) {
      throw new DomainError("invalid", `An Idempotency-Key has at most ${LONGEST_KEY} characters.`);
    }
    const name = JSON.stringify([request.scope, request.key]);
    if (this.#running.has(name)) throw stillRunning();
    this.#running.add(name);
    try {
      await this.#purge();
      return await this.#runAlone(request, name, work);
    } finally {
      this.#running.delete(name);
    }
  }

  #runAlone(
    request: OnceRequest,
    name: string,
    work: (transaction: Transaction) => Promise<KeptReply>,
  ): Promise<OnceReply> {
    return this.#database.transact(async (open) => {
      await requireAlone(open.sql, name);
      const kept = await this.#kept(open.sql, request);
      if (kept !== null) return { reply: kept, replayed: true };
      const reply = await work(seal(open));
      await this.#keep(open.sql, request, reply);
      return { reply, replayed: false };
    });
  }

  async #kept(sql: Sql, { scope, key, bodyHash }: OnceRequest): Promise<KeptReply | null> {
    const row = await sql.keptReply.findUnique({ where: { scope_key: { scope, key } } });
    if (row === null || row.createdAt <= this.#oldest()) return null;
    if (row.bodyHash !== bodyHash) {
      throw new DomainError("idempotencyKeyReused", "This Idempotency-Key was used with another body.");
    }
    return { status: row.status, headers: JSON.parse(row.headers), body: row.body };
  }

  async #keep(sql: Sql, { scope, key, bodyHash }: OnceRequest, reply: KeptReply): Promise<void> {
    const { status, headers, body } = reply;
    const content = { bodyHash, status, headers: JSON.stringify(headers), body, createdAt: this.#now() };
    await sql.keptReply.upsert({
      where: { scope_key: { scope, key } },
      create: { scope, key, ...content },
      update: content,
    });
  }

  /** On its own and not within the work's transaction, where it could wait for one that waits for it. */
  async #purge(): Promise<void> {
    const now = this.#now().getTime();
    if (now - this.#purgedAt < PURGE_EVERY) return;
    this.#purgedAt = now;
    const createdAt = { lte: this.#oldest() };
    await this.#database.read((sql) => sql.keptReply.deleteMany({ where: { createdAt } }));
  }

  #oldest(): Date {
    return new Date(this.#now().getTime() - KEPT_FOR);
  }
}

/** Across processes: held until the transaction ends, so also by one that is about to keep its reply. */
async function requireAlone(sql: Sql, name: string): Promise<void> {
  const number = createHash("sha256").update(name).digest().readBigInt64BE();
  const [row] = await sql.$queryRaw<
    { alone: boolean }[]
  >`SELECT pg_try_advisory_xact_lock(${number}) AS alone`;
  if (row?.alone !== true) throw stillRunning();
}

function stillRunning(): DomainError {
  const detail = "A request with this Idempotency-Key is still running.";
  return new DomainError("stillRunning", detail, [], 0, RETRY_AFTER);
}
