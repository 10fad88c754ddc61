import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Builds what is stale, once for all that a test file spawns. */
export function build(): void {
  const run = spawnSync(process.execPath, ["scripts/build.mjs"], { cwd: ROOT, encoding: "utf8" });
  if (run.status !== 0) throw new Error(run.stdout + run.stderr);
}

export async function folder(): Promise<{ path: string; remove: () => Promise<void> }> {
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

/** The real service in a process of its own. */
export class Spawned {
  stderr = "";
  readonly exited: Promise<number | null>;

  private constructor(
    readonly child: ChildProcess,
    readonly url: string,
    readonly port: number,
  ) {
    child.stderr?.on("data", (chunk: Buffer) => {
      this.stderr += chunk.toString("utf8");
    });
    child.stdout?.resume();
    this.exited = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
  }

  static async start(
    env: Record<string, string>,
    command: readonly string[] = [process.execPath, "scripts/start.mjs"],
  ): Promise<Spawned> {
    const port = await freePort();
    const [program = "", ...words] = command;
    const child = spawn(program, words, {
      cwd: ROOT,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_LEVEL: "warn", PORT: String(port), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return new Spawned(child, `http://127.0.0.1:${port}`, port);
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
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
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
