import { readFile } from "node:fs/promises";
import type { FastifyInstance } from "fastify";
import type { Config } from "./config.js";
import { DomainError } from "./errors.js";
import { createServer } from "./http/server.js";
import { composeMatrix } from "./ingest/compose-matrix.js";
import { readPosting } from "./ingest/read-posting.js";
import { Answers } from "./jobs/answers.js";
import { type OpenStore, openStore } from "./store/open-store.js";
import type { Store } from "./store/store.js";

export const BUNDLED_MATRIX = "safetywashing-2024";
const BUNDLED_FILE = new URL("../data/safetywashing-2024.json", import.meta.url);

const A_DAY = 86_400_000;

export interface App {
  readonly server: FastifyInstance;
  readonly store: OpenStore;
  readonly answers: Answers;
  close(): Promise<void>;
}

/** Puts the parts together: store, bundled matrix, answers, server. */
export async function createApp(config: Config): Promise<App> {
  const store = await openStore(config.database, {
    now: () => new Date(),
    log: (message) => process.stderr.write(`${message}\n`),
  });
  try {
    await loadBundledMatrix(store, config.limits.cells);
    await store.matrices.purge(new Date());
    const answers = new Answers(store.revisions, config.answerCacheBytes);
    const server = await createServer({ store, answers }, config);
    const purging = setInterval(
      () => store.matrices.purge(new Date()).catch((error) => server.log.error(error)),
      A_DAY,
    );
    const close = async () => {
      clearInterval(purging);
      await server.close();
      await store.close();
    };
    return { server, store, answers, close };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** At the first start only: a matrix that was deleted stays deleted. */
async function loadBundledMatrix(store: Store, maxCells: number): Promise<void> {
  const known = await store.matrices.get(BUNDLED_MATRIX).then(
    () => true,
    (error: unknown) => {
      if (error instanceof DomainError && error.code === "notFound") return false;
      if (error instanceof DomainError && error.code === "gone") return true;
      throw error;
    },
  );
  if (known) return;
  const options = { duplicates: "refuse", percent: "refuse", maxCells } as const;
  const posting = readPosting(
    { bytes: await readFile(BUNDLED_FILE), mediaType: "application/json" },
    options,
  );
  await store.revisions.append({
    name: BUNDLED_MATRIX,
    compose: () => composeMatrix(posting, null, { ...options, capability: [], safety: [] }),
    ifMatch: null,
    createdBy: null,
  });
}
