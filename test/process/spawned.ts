import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll } from "vitest";
import type { Place } from "../../src/store/open-store.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Builds what is stale, once for all that a test file spawns. */
export function build(): void {
  const run = spawnSync(process.execPath, ["scripts/build.mjs"], { cwd: ROOT, encoding: "utf8" });
  if (run.status !== 0) throw new Error(run.stdout + run.stderr);
}

/** Services and folders of one test file: built before, ended and removed after each test. */
export function spawning() {
  const running: Spawned[] = [];
  const folders: (() => Promise<void>)[] = [];
  beforeAll(build, 120_000);
  afterEach(async () => {
    for (const service of running.splice(0)) await service.stop("SIGKILL");
    for (const remove of folders.splice(0)) await remove();
  });
  return {
    async start(...how: Parameters<typeof Spawned.start>): Promise<Spawned> {
      const service = await Spawned.start(...how);
      running.push(service);
      return service;
    },
    async dataDir(): Promise<string> {
      const { path, remove } = await folder();
      folders.push(remove);
      return path;
    },
  };
}

export function environmentOf(place: Place): Record<string, string> {
  return "dataDir" in place ? { DATA_DIR: place.dataDir } : { DATABASE_URL: place.databaseUrl };
}

/** A measured figure, for who reads the run. */
export const figure = (text: string) => console.log(text);

async function folder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "decorrelate-process-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Starting {
  readonly command?: readonly string[];
  /** In a process group of its own, which is then what is signalled. */
  readonly ownGroup?: boolean;
}

/** The real service in a process of its own. */
export class Spawned {
  stderr = "";
  /** Its log from level warn on, or from the level that was asked for. */
  log = "";
  /** The exit code; `null` where a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Its output is closed: whatever it started has ended too. */
  readonly silent: Promise<void>;

  private constructor(
    readonly child: ChildProcess,
    readonly ownGroup: boolean,
    readonly url: string,
    readonly port: number,
  ) {
    child.stderr?.on("data", (chunk: Buffer) => {
      this.stderr += chunk.toString("utf8");
    });
    child.stdout?.on("data", (chunk: Buffer) => {
      this.log += chunk.toString("utf8");
    });
    this.exited = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
    this.silent = new Promise((resolve) => child.once("close", () => resolve()));
  }

  static async start(
    env: Record<string, string>,
    { command = [process.execPath, "scripts/start.mjs"], ownGroup = false }: Starting = {},
  ): Promise<Spawned> {
    const port = await freePort();
    const [program = "", ...words] = command;
    const child = spawn(program, words, {
      cwd: ROOT,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_LEVEL: "warn", PORT: String(port), ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: ownGroup,
    });
    return new Spawned(child, ownGroup, `http://127.0.0.1:${port}`, port);
  }

  /** Milliseconds until it serves; throws with what it said where it ends first. */
  async ready(within = 20_000): Promise<number> {
    const start = performance.now();
    while (performance.now() - start < within) {
      if (this.child.exitCode !== null) throw new Error(`ended with ${this.child.exitCode}: ${this.stderr}`);
      const reply = await fetch(`${this.url}/health/ready`).catch(() => null);
      if (reply?.status === 200) return performance.now() - start;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    throw new Error(`not ready within ${within} ms: ${this.stderr}`);
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    const { exitCode, signalCode, pid = 0 } = this.child;
    if (exitCode === null && signalCode === null) process.kill(this.ownGroup ? -pid : pid, signal);
    return this.exited;
  }

  post(name: string, body: string, headers: Record<string, string> = {}, query = ""): Promise<Response> {
    return fetch(`${this.url}/v1/matrices/${name}/revisions${query}`, {
      method: "POST",
      headers: { "content-type": "text/csv", ...headers },
      body,
    });
  }
}
