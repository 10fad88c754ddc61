import { connect } from "node:net";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { build, folder, Spawned } from "./spawned.js";

const running: Spawned[] = [];
const folders: (() => Promise<void>)[] = [];
async function start(env: Record<string, string>, command?: readonly string[]): Promise<Spawned> {
  const service = await Spawned.start(env, command);
  running.push(service);
  return service;
}
async function dataDir(): Promise<string> {
  const { path, remove } = await folder();
  folders.push(remove);
  return path;
}

beforeAll(build, 120_000);
afterEach(async () => {
  for (const service of running.splice(0)) await service.stop("SIGKILL");
  for (const remove of folders.splice(0)) await remove();
});

describe("a service", () => {
  test("is ready within 15 s of an empty directory and 5 s after, and prints its address and what the bundled matrix says", async () => {
    const DATA_DIR = await dataDir();
    const first = await start({ DATA_DIR });
    expect(await first.ready()).toBeLessThan(15_000);
    await expect.poll(() => first.stderr, { timeout: 5_000 }).toContain("HaluEval Dialogue");
    expect(first.stderr).toContain(first.url);
    await first.stop();
    const again = await start({ DATA_DIR });
    expect(await again.ready()).toBeLessThan(5_000);
  });

  test("told to stop by SIGTERM finishes what is in flight and exits 0", async () => {
    const service = await start({ DATA_DIR: await dataDir() });
    await service.ready();
    // A post whose body arrives slowly, an idle connection, and questions under way.
    const idle = connect(service.port, "127.0.0.1");
    idle.on("error", () => {});
    const slow = connect(service.port, "127.0.0.1");
    let said = "";
    slow.on("data", (chunk) => {
      said += chunk.toString("utf8");
    });
    const body = "model,x\na,1\n";
    slow.write(
      `POST /v1/matrices/slow/revisions HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/csv\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    const asked = Array.from({ length: 8 }, () =>
      fetch(`${service.url}/v1/matrices/safetywashing-2024/comparison?class=chat`),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    const told = performance.now();
    service.child.kill("SIGTERM");
    await new Promise((resolve) => setTimeout(resolve, 500));
    slow.write(body);
    expect((await Promise.all(asked)).map((reply) => reply.status)).toEqual(Array(8).fill(200));
    expect(await service.exited).toBe(0);
    expect(performance.now() - told).toBeLessThan(10_000);
    expect(said).toMatch(/^HTTP\/1\.1 201/);
    slow.destroy();
    idle.destroy();
  });

  test("on a directory that another holds refuses within 5 s by name, and starts once that one is killed", async () => {
    const DATA_DIR = await dataDir();
    const first = await start({ DATA_DIR });
    await first.ready();
    const posted = await first.post("kept", "model,x\na,1\n");
    expect(posted.status).toBe(201);
    const begun = performance.now();
    const second = await start({ DATA_DIR });
    expect(await second.exited).not.toBe(0);
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(second.stderr).toContain(DATA_DIR);
    expect(second.stderr).not.toMatch(/\n\s+at /);
    await first.stop("SIGKILL");
    const third = await start({ DATA_DIR });
    await third.ready(5_000);
    expect((await fetch(`${third.url}/v1/matrices/kept`)).status).toBe(200);
  });

  test.each([
    [{ HOST: "0.0.0.0" }, /ADMIN_TOKEN/],
    [{ PORT: "abc" }, /PORT/],
    [{ ADMIN_TOKEN: "short" }, /ADMIN_TOKEN/],
    [{ DATABASE_URL: "mysql://x" }, /DATABASE_URL/],
    [{ DATABASE_URL: "postgresql://nobody@127.0.0.1:1/none" }, /PostgreSQL|database/i],
  ])("with %o refuses to start and says why, without a stack trace", async (env, says) => {
    const service = await start({ DATA_DIR: await dataDir(), ...(env as unknown as Record<string, string>) });
    expect(await service.exited).not.toBe(0);
    expect(service.stderr).toMatch(says);
    expect(service.stderr).not.toMatch(/\n\s+at /);
  });

  test("answers what is not HTTP with a problem, and goes on", async () => {
    const service = await start({ DATA_DIR: await dataDir() });
    await service.ready();
    const say = (text: string) =>
      new Promise<string>((resolve) => {
        let said = "";
        const socket = connect(service.port, "127.0.0.1", () => socket.write(text));
        socket.on("data", (chunk) => {
          said += chunk.toString("utf8");
        });
        socket.on("error", () => resolve(said));
        socket.on("close", () => resolve(said));
        setTimeout(() => socket.destroy(), 3_000);
      });
    const end = "connection: close\r\n\r\n";
    for (const [text, status] of [
      ["nonsense\r\n\r\n", 400],
      [`GET / HTTP/1.1\r\nhost: localhost\r\nx: ${"a".repeat(20_000)}\r\n\r\n`, 413],
      [`GET /%ff HTTP/1.1\r\nhost: localhost\r\n${end}`, 400],
      [
        `POST /v1/check HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n`,
        400,
      ],
      [
        `POST /v1/check HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}`,
        400,
      ],
      [`GET /v1/matrices HTTP/1.1\r\n${end}`, 400],
      [`GET /v1/matrices HTTP/1.0\r\n${end}`, 421],
      [`GET /v1/matrices HTTP/1.1\r\nhost: evil.example\r\n${end}`, 421],
    ] as const) {
      const said = await say(text);
      expect(said.slice(0, 12), JSON.stringify(text.slice(0, 80))).toBe(`HTTP/1.1 ${status}`);
    }
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
  });
});
