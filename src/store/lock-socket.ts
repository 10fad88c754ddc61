import { once } from "node:events";
import { stat } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { DomainError } from "../errors.js";
import { readHolder } from "./lock-holder.js";

/**
 * An abstract unix socket (Linux): no file, free the moment its process ends, however it ends. Named by device and
 * inode, so that every path to the directory is the same lock.
 * @throws {DomainError} `conflict`
 */
export async function claimSocket(directory: string): Promise<Server> {
  const { dev, ino } = await stat(directory, { bigint: true });
  const server = createServer((connection) => connection.destroy());
  server.listen(`\0decorrelate-${dev}-${ino}`);
  try {
    await once(server, "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw await refusal(directory);
  }
  return server.unref();
}

export async function refusal(directory: string): Promise<DomainError> {
  const holder = await readHolder(directory);
  const who = holder === null ? "another process" : `process ${holder.pid} on ${holder.host}`;
  return new DomainError(
    "conflict",
    `The data directory ${directory} is in use by ${who}. The embedded database serves one process: stop that one, choose another DATA_DIR, or set DATABASE_URL to share a PostgreSQL server.`,
  );
}
