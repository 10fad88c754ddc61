import { digestOf } from "../matrix/digest.js";
import type { ScoreMatrix } from "../matrix/score-matrix.js";
import type { Contents } from "./contents.js";
import type { OpenTransaction, Sql } from "./database.js";
import { requireMatch } from "./entity-tag.js";
import { type Head, type Heads, lifeOfHead, lockHead } from "./heads.js";
import { removedMatrix } from "./life.js";
import { contentColumns, descriptionColumns, SUMMARY_COLUMNS, summaryOf } from "./revision-row.js";
import type { AppendRequest, RevisionSummary } from "./store.js";

interface Surroundings {
  readonly heads: Heads;
  readonly contents: Contents;
  readonly now: Date;
}

/** The whole of a post, under the lock of its matrix's row, so that numbers have no gap and a merge loses nothing. */
export async function append(
  { name, compose, ifMatch, createdBy }: AppendRequest,
  { sql, afterEnd, afterCommit }: OpenTransaction,
  { heads, contents, now }: Surroundings,
): Promise<{ created: boolean; revision: RevisionSummary }> {
  afterEnd(() => heads.forget(name));
  const head = await claimHead(sql, name, now);
  const { id: matrixId, latest, nextNumber: number } = head;
  requireMatch(ifMatch, latest);
  const composed = compose(latest === null ? null : await contents.matrixWithin(sql, head, latest.revision));
  const digest = digestOf(composed.matrix);
  if (latest?.digest === digest && (await describesAlike(sql, head, composed.matrix))) {
    return { created: false, revision: latest };
  }
  const row = await sql.revision.create({
    data: { matrixId, number, createdAt: now, createdBy, ...contentColumns(composed, digest) },
    select: SUMMARY_COLUMNS,
  });
  await sql.matrix.update({ where: { id: matrixId }, data: { nextNumber: number + 1 } });
  afterCommit(() => contents.keep(head, number, composed.matrix));
  return { created: true, revision: summaryOf(name, row) };
}

/** The matrix's row, locked and living: made if there is none, begun anew if it is beyond restoring. */
async function claimHead(sql: Sql, name: string, now: Date): Promise<Head> {
  const head = (await lockHead(sql, name)) ?? (await insertHead(sql, name, now));
  const life = lifeOfHead(head, now);
  if (life === "gone") throw removedMatrix(name, head.deletedAt as Date);
  return life === "living" ? head : beginAnew(sql, head, now);
}

/** Two first posts at once both insert: the second waits for the first, inserts nothing and finds its row. */
async function insertHead(sql: Sql, name: string, createdAt: Date): Promise<Head> {
  await sql.matrix.createMany({ data: [{ name, createdAt }], skipDuplicates: true });
  return (await lockHead(sql, name)) as Head;
}

async function beginAnew(sql: Sql, head: Head, createdAt: Date): Promise<Head> {
  await sql.revision.deleteMany({ where: { matrixId: head.id } });
  await sql.matrix.update({ where: { id: head.id }, data: { createdAt, deletedAt: null } });
  return { ...head, createdAt, deletedAt: null, latest: null };
}

async function describesAlike(sql: Sql, { id, nextNumber }: Head, matrix: ScoreMatrix): Promise<boolean> {
  const own = descriptionColumns(matrix);
  const where = { matrixId: id, number: nextNumber - 1, ...own };
  return (await sql.revision.count({ where })) > 0;
}
