import { requireRoom } from "./claims.js";
import type { Sql } from "./database.js";
import type { Claim, NewAnalysis } from "./store.js";

interface Attaching {
  readonly id: string;
  readonly analysis: NewAnalysis;
  readonly claims: readonly Claim[];
  readonly mostWaiting: number;
  readonly now: Date;
}

/** The rows of an analysis, with claims on whatever is neither answered nor claimed, in the transaction of the caller. */
export async function attach(
  sql: Sql,
  { id, analysis, claims, mostWaiting, now }: Attaching,
): Promise<{ id: string; toQueue: readonly string[] }> {
  const keys = [...analysis.keys];
  const toQueue = await claimMissing(sql, claims, { mostWaiting, now });
  const { matrix, revision, askedBy, question } = analysis;
  const same = await sql.analysis.findFirst({
    where: { matrix, revision, askedBy, question, status: "queued", keys: { equals: keys } },
    select: { id: true },
  });
  if (same !== null) return { id: same.id, toQueue };
  const living = await sql.computation.count({ where: { key: { in: keys } } });
  const ended = living === 0;
  await sql.analysis.create({
    data: {
      ...analysis,
      id,
      keys,
      status: ended ? "succeeded" : "queued",
      createdAt: now,
      endedAt: ended ? now : null,
    },
  });
  return { id, toQueue };
}

/** Locks the claims: an answer that comes meanwhile ends this analysis too, since its transaction waits for ours. */
async function claimMissing(
  sql: Sql,
  claims: readonly Claim[],
  { mostWaiting, now }: { mostWaiting: number; now: Date },
): Promise<readonly string[]> {
  const keys = claims.map(({ key }) => key);
  const made: string[] = [];
  // A claim may end between being found and being locked: then its answer is there, or it is made anew.
  for (let round = 0; round < 3; round += 1) {
    const locked = await sql.$queryRaw<{ key: string; owner: number | null }[]>`
      SELECT key, owner FROM computations WHERE key = ANY(${keys}) ORDER BY key FOR UPDATE`;
    const answered = await sql.answer.findMany({ where: { key: { in: keys } }, select: { key: true } });
    const known = new Set([...locked, ...answered].map(({ key }) => key));
    const missing = claims.filter(({ key }) => !known.has(key));
    if (missing.length === 0) break;
    await requireRoom(sql, mostWaiting);
    await sql.computation.createMany({
      data: missing.map((claim) => ({ ...claim, owner: null, queuedAt: now })),
      skipDuplicates: true,
    });
    made.push(...missing.map(({ key }) => key));
  }
  return made;
}
