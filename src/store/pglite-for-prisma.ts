import { type PGlite, type Transaction, types } from "@electric-sql/pglite";

type Query = PGlite["query"];

/**
 * PGlite as pglite-prisma-adapter 0.7.2 should see it. The adapter reads bytea digit by digit, does not await a
 * rollback, and drops the error of a failed COMMIT, so that what was not stored would be acknowledged.
 */
export function forPrisma(db: PGlite): PGlite {
  const client = {
    query: readingBytes(db.query.bind(db)),
    exec: db.exec.bind(db),
    transaction: (work: (tx: Transaction) => Promise<unknown>) =>
      failingAloud(db.transaction(awaiting(work))),
  };
  return client as unknown as PGlite;
}

function readingBytes(query: Query): Query {
  const parsers = { [types.BYTEA]: (hex: string) => Buffer.from(hex.slice(2), "hex") };
  return (sql, values, options) =>
    query(sql, values, { ...options, parsers: { ...options?.parsers, ...parsers } });
}

function awaiting(work: (tx: Transaction) => Promise<unknown>): (tx: Transaction) => Promise<unknown> {
  return async (tx) => {
    let rolledBack: Promise<void> | undefined;
    const rollback = () => (rolledBack = tx.rollback());
    const result = await work({ ...tx, query: readingBytes(tx.query), rollback } as Transaction);
    await rolledBack;
    return result;
  };
}

/** The adapter's `.catch` answers with what it hands on, and its commit awaits that. */
function failingAloud(outcome: Promise<unknown>): Pick<Promise<unknown>, "catch"> {
  return {
    catch(handle) {
      const kept = outcome.catch((error: unknown) => {
        handle?.(error);
        throw error;
      });
      kept.catch(() => undefined);
      return kept as Promise<never>;
    },
  };
}
