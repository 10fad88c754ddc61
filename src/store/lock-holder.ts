import { readFileSync, readlinkSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

/** Who holds a data directory, for the message of a refusal and to tell a dead holder from a distant one. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** On Linux the running kernel and its network namespace, within which an abstract socket is seen; else `null`. */
  readonly realm: string | null;
}

const HOLDER = "holder.json";

export async function readHolder(directory: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(join(directory, HOLDER), "utf8")) as Holder;
  } catch {
    return null;
  }
}

export async function writeHolder(directory: string): Promise<void> {
  const holder: Holder = { pid: process.pid, host: hostname(), realm: realm() };
  await writeFile(join(directory, HOLDER), JSON.stringify(holder));
}

/**
 * Whether the last holder cannot be alive. Where it and we share a realm, it would still have the socket that is
 * ours now; elsewhere its process must be missing on this very host.
 */
export function isDead(holder: Holder | null): boolean {
  if (holder === null) return false;
  const here = realm();
  if (here !== null) return holder.realm === here;
  return holder.host === hostname() && !runs(holder.pid);
}

function realm(): string | null {
  if (process.platform !== "linux") return null;
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${readlinkSync("/proc/self/ns/net")}`;
  } catch {
    return null;
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
