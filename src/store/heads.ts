import type { Database, Sql } from "./database.js";
import { type Life, lifeOf, noSuchMatrix, removedMatrix } from "./life.js";
import { ReadThrough } from "./read-through.js";
import { SUMMARY_COLUMNS, summaryOf } from "./revision-row.js";
import type { MatrixSummary, RevisionSummary } from "./store.js";

/** A matrix's row with its latest revision. */
export interface Head {
  readonly id: number;
  readonly name: string;
  readonly createdAt: Date;
  readonly deletedAt: Date | null;
  readonly nextNumber: number;
  /** `null` only when the matrix was removed and its revisions deleted. */
  readonly latest: RevisionSummary | null;
}

export type LivingHead = Head & { readonly latest: RevisionSummary };

const MOST_HEADS = 10_000;

/** What every read begins with: whether there is such a matrix, and its latest revision. */
export class Heads {
  readonly #database: Database;
  readonly #now: () => Date;
  readonly #kept: ReadThrough<Head>;

  constructor(database: Database, now: () => Date, freshFor: number) {
    this.#database = database;
    this.#now = now;
    this.#kept = new ReadThrough({ max: MOST_HEADS, freshFor });
  }

  /** @throws {DomainError} `notFound`, `gone`. */
  async living(name: string): Promise<LivingHead> {
    const head = await this.#kept.get(name, () => this.#database.read((sql) => readHead(sql, name)));
    return requireLiving(name, head, this.#now());
  }

  forget(name: string): void {
    this.#kept.forget(name);
  }
}

export function lifeOfHead(head: Head | null, now: Date): Life {
  return head === null ? "absent" : lifeOf(head.deletedAt, now);
}

export function requireLiving(name: string, head: Head | null, now: Date): LivingHead {
  const life = lifeOfHead(head, now);
  if (head === null || life === "absent") throw noSuchMatrix(name);
  if (life === "gone") throw removedMatrix(name, head.deletedAt as Date);
  if (head.latest === null) throw noSuchMatrix(name);
  return head as LivingHead;
}

async function readHead(sql: Sql, name: string): Promise<Head | null> {
  const row = await sql.matrix.findUnique({ where: { name } });
  if (row === null) return null;
  const latest = await sql.revision.findUnique({
    where: { matrixId_number: { matrixId: row.id, number: row.nextNumber - 1 } },
    select: SUMMARY_COLUMNS,
  });
  return { ...row, latest: latest === null ? null : summaryOf(name, latest) };
}

/**
 * The head, with its row locked until the transaction ends. A row that another transaction commits between the two
 * statements is seen by the second and not locked by the first: it counts as absent, and the caller's insert finds it.
 */
export async function lockHead(sql: Sql, name: string): Promise<Head | null> {
  const locked = await sql.$queryRaw<unknown[]>`SELECT id FROM matrices WHERE name = ${name} FOR UPDATE`;
  return locked.length === 0 ? null : readHead(sql, name);
}

export function matrixSummaryOf({ name, createdAt, latest }: LivingHead): MatrixSummary {
  return { name, createdAt, latest };
}
