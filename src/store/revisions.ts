import { DomainError, quote } from "../errors.js";
import type { ScoreMatrix } from "../matrix/score-matrix.js";
import { append } from "./append.js";
import type { Contents } from "./contents.js";
import { type Database, type OpenTransaction, unseal } from "./database.js";
import type { Heads } from "./heads.js";
import { SUMMARY_COLUMNS, summaryOf } from "./revision-row.js";
import type { AppendRequest, RevisionStore, RevisionSummary, Transaction } from "./store.js";

/** Beyond PostgreSQL's integer no revision has a number, and asking for one is an error there. */
const MOST_REVISIONS = 2 ** 31 - 1;

export class Revisions implements RevisionStore {
  readonly #database: Database;
  readonly #heads: Heads;
  readonly #contents: Contents;
  readonly #now: () => Date;

  constructor(database: Database, heads: Heads, contents: Contents, now: () => Date) {
    this.#database = database;
    this.#heads = heads;
    this.#contents = contents;
    this.#now = now;
  }

  append(request: AppendRequest, transaction?: Transaction) {
    const within = (open: OpenTransaction) =>
      append(request, open, { heads: this.#heads, contents: this.#contents, now: this.#now() });
    return transaction === undefined ? this.#database.transact(within) : within(unseal(transaction));
  }

  async list(name: string, { limit, before }: { limit: number; before: number | null }) {
    const { id } = await this.#heads.living(name);
    const number = before === null ? {} : { number: { lt: Math.min(before, MOST_REVISIONS) } };
    const rows = await this.#database.read((sql) =>
      sql.revision.findMany({
        where: { matrixId: id, ...number },
        orderBy: { number: "desc" },
        take: limit,
        select: SUMMARY_COLUMNS,
      }),
    );
    return rows.map((row) => summaryOf(name, row));
  }

  async summary(name: string, revision: number | "latest"): Promise<RevisionSummary> {
    const head = await this.#heads.living(name);
    if (revision === "latest" || revision === head.latest.revision) return head.latest;
    requirePossible(name, revision);
    return (await this.#contents.summary(head, revision)) ?? noSuchRevision(name, revision);
  }

  async matrix(name: string, revision: number): Promise<ScoreMatrix> {
    const head = await this.#heads.living(name);
    requirePossible(name, revision);
    return (await this.#contents.matrix(head, revision)) ?? noSuchRevision(name, revision);
  }
}

function requirePossible(name: string, revision: number): void {
  if (!Number.isInteger(revision) || revision < 1 || revision > MOST_REVISIONS)
    noSuchRevision(name, revision);
}

function noSuchRevision(name: string, revision: number): never {
  throw new DomainError("notFound", `The matrix ${quote(name)} has no revision ${revision}.`);
}
