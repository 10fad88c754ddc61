import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { lock } from "proper-lockfile";
import { isDead, readHolder, writeHolder } from "./lock-holder.js";
import { claimSocket, refusal } from "./lock-socket.js";

/** A holder on another machine may hang this long, in its heaviest query, before its lock counts as left behind. */
const STALE = 30_000;
const STALE_IF_DEAD = 2_000;
const HEARTBEAT = 1_000;
const GIVE_UP = STALE + 5_000;

export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * Two processes on one PGlite directory lose rows without a word. A socket named after the directory holds for
 * this kernel and ends with its process; a lock file with a heartbeat holds for other systems and shared volumes.
 * @throws {DomainError} `conflict` naming the directory and its holder.
 */
export async function lockDirectory(directory: string, onLost: () => void): Promise<DirectoryLock> {
  const socket = process.platform === "linux" ? await claimSocket(directory) : null;
  try {
    const release = await claimFile(directory, onLost);
    await writeHolder(directory);
    return {
      async release() {
        await release().catch(() => undefined);
        socket?.close();
      },
    };
  } catch (error) {
    socket?.close();
    throw error;
  }
}

/**
 * A lock whose holder is not proven dead is watched: one heartbeat and it is refused, none for `STALE` and it is
 * taken. Only under the socket may a dead holder's lock be removed at once: nobody else can be doing the same.
 */
async function claimFile(directory: string, onCompromised: () => void): Promise<() => Promise<void>> {
  const lockfilePath = join(directory, ".lock");
  const dead = isDead(await readHolder(directory));
  if (dead && process.platform === "linux") await rm(lockfilePath, { recursive: true, force: true });
  const stale = dead ? STALE_IF_DEAD : STALE;
  const options = { lockfilePath, stale, update: HEARTBEAT, onCompromised };
  const firstBeat = await lastBeat(lockfilePath);
  const until = Date.now() + GIVE_UP;
  for (;;) {
    try {
      return await lock(directory, options);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
    }
    if ((await lastBeat(lockfilePath)) !== firstBeat || Date.now() > until) throw await refusal(directory);
    await delay(200);
  }
}

async function lastBeat(lockfilePath: string): Promise<number | null> {
  return stat(lockfilePath).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  );
}
