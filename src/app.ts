import { readFile } from "node:fs/promises";
import type { FastifyInstance } from "fastify";
import { type Config, engineSettings } from "./config.js";
import { DomainError } from "./errors.js";
import { createServer } from "./http/server.js";
import { composeMatrix } from "./ingest/compose-matrix.js";
import { readPosting } from "./ingest/read-posting.js";
import { type Engine, startEngine } from "./jobs/engine.js";
import { type OpenStore, openStore } from "./store/open-store.js";
import type { Store } from "./store/store.js";

export const BUNDLED_MATRIX = "safetywashing-2024";
const BUNDLED_FILE = new URL("../data/safetywashing-2024.json", import.meta.url);

const A_DAY = 86_400_000;

export interface App {
  readonly server: FastifyInstance;
  readonly store: OpenStore;
  readonly engine: Engine;
  close(): Promise<void>;
}

/** Puts the parts together: store, bundled matrix, answers, server. */
export async function createApp(config: Config): Promise<App> {
  const store = await openStore(config.database, {
    now: () => new Date(),
    log: (message) => process.stderr.write(`${message}\n`),
  });
  let engine: Engine | undefined;
  try {
    await loadBundledMatrix(store, config.limits.cells);
    await purge();
    const log = (error: unknown) =>
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    engine = await startEngine(store, { ...engineSettings(config), log });
    const server = await createServer({ store, engine }, config);
    const purging = setInterval(() => purge().catch((error) => server.log.error(error)), A_DAY);
    return { server, store, engine, close: () => close(server, engine as Engine, purging) };
  } catch (error) {
    await engine?.close();
    await store.close();
    throw error;
  }

  async function purge(): Promise<void> {
    await store.matrices.purge(new Date());
    await store.analyses.purge();
  }
  async function close(server: FastifyInstance, engine: Engine, purging: NodeJS.Timeout): Promise<void> {
    clearInterval(purging);
    engine.drain();
    await server.close();
    await engine.close();
    await store.close();
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
