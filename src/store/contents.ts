import type { ScoreMatrix } from "../matrix/score-matrix.js";
import type { Database, Sql } from "./database.js";
import type { Head } from "./heads.js";
import { ReadThrough } from "./read-through.js";
import { MATRIX_COLUMNS, matrixOf, SUMMARY_COLUMNS, summaryOf } from "./revision-row.js";
import type { RevisionSummary } from "./store.js";

const MOST_SUMMARIES = 5_000;
const MOST_MATRIX_BYTES = 256 * 2 ** 20;
/** What a model or a benchmark with its metadata takes in memory, roughly. */
const BYTES_A_NAME = 512;

/** Revisions by number. They never change, so what was read once is good for as long as there is room. */
export class Contents {
  readonly #database: Database;
  readonly #summaries = new ReadThrough<RevisionSummary>({ max: MOST_SUMMARIES });
  readonly #matrices = new ReadThrough<ScoreMatrix>({ max: MOST_MATRIX_BYTES, sizeOf: bytesOf });

  constructor(database: Database) {
    this.#database = database;
  }

  summary(head: Head, number: number): Promise<RevisionSummary | null> {
    const where = { matrixId_number: { matrixId: head.id, number } };
    return this.#summaries.get(keyOf(head, number), async () => {
      const row = await this.#database.read((sql) =>
        sql.revision.findUnique({ where, select: SUMMARY_COLUMNS }),
      );
      return row === null ? null : summaryOf(head.name, row);
    });
  }

  matrix(head: Head, number: number): Promise<ScoreMatrix | null> {
    const read = () => this.#database.read((sql) => readMatrix(sql, head, number));
    return this.#matrices.get(keyOf(head, number), read);
  }

  async matrixWithin(sql: Sql, head: Head, number: number): Promise<ScoreMatrix | null> {
    return this.#matrices.peek(keyOf(head, number)) ?? (await readMatrix(sql, head, number));
  }

  keep(head: Head, number: number, matrix: ScoreMatrix): void {
    this.#matrices.keep(keyOf(head, number), matrix);
  }
}

/** A name taken again after its removal is another matrix, whose numbers go on. */
function keyOf({ id, createdAt }: Head, number: number): string {
  return `${id}@${createdAt.getTime()}/${number}`;
}

async function readMatrix(sql: Sql, { id }: Head, number: number): Promise<ScoreMatrix | null> {
  const where = { matrixId_number: { matrixId: id, number } };
  const row = await sql.revision.findUnique({ where, select: MATRIX_COLUMNS });
  return row === null ? null : matrixOf(row);
}

function bytesOf({ scores, standardErrors, models, benchmarks }: ScoreMatrix): number {
  const names = models.length + benchmarks.length;
  return scores.byteLength + (standardErrors?.byteLength ?? 0) + names * BYTES_A_NAME;
}
