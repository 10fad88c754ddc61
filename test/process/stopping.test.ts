import { get, type IncomingMessage } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { Raw } from "./raw.js";
import { figure, type Spawned, spawning } from "./spawned.js";

const { start, dataDir } = spawning();
const BODY = "model,x\na,1\n";
const posting = (name: string, length: number) =>
  `POST /v1/matrices/${name}/revisions HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/csv\r\ncontent-length: ${length}\r\n\r\n`;

/** Questions of which each has to be computed. */
const ask = (service: Spawned) =>
  Promise.all(
    ["spearman", "pearson", "kendall"].flatMap((correlation) =>
      ["base", "chat"].map(async (name) => {
        const options = `class=${name}&correlation=${correlation}`;
        const reply = await fetch(`${service.url}/v1/matrices/safetywashing-2024/comparison?${options}`);
        await reply.text();
        return reply.status;
      }),
    ),
  );

/** A reply of some 17 MB, of which nothing is read yet. */
async function unreadReply(service: Spawned): Promise<IncomingMessage> {
  const columns = Array.from({ length: 200 }, (_, j) => `benchmark-${j}`);
  const rows = Array.from({ length: 1_500 }, (_, i) => [`m${i}`, ...columns.map((_, j) => i + j / 8)].join());
  const posted = await service.post("large", [`model,${columns.join()}`, ...rows].join("\n"));
  expect(posted.status).toBe(201);
  const url = `${service.url}/v1/matrices/large/revisions/latest/scores?layout=tidy`;
  return new Promise((resolve, reject) => get(url, resolve).on("error", reject));
}

async function sizeOf(reply: IncomingMessage): Promise<number> {
  let size = 0;
  for await (const chunk of reply) size += (chunk as Buffer).length;
  expect(reply.complete).toBe(true);
  return size;
}

test("On SIGTERM nothing in flight fails: slow posts, slow readers, questions; idle connections hold nothing up", {
  timeout: 60_000,
}, async () => {
  const service = await start({ DATA_DIR: await dataDir() });
  await service.ready();
  const silent = new Raw(service.port);
  const idle = new Raw(service.port, "GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n");
  const large = await unreadReply(service);
  const posts = Array.from({ length: 4 }, (_, i) => new Raw(service.port, posting(`slow-${i}`, BODY.length)));
  await delay(300);
  expect(idle.said).toMatch(/^HTTP\/1\.1 200/);
  const asked = ask(service);
  await delay(50);
  const told = performance.now();
  service.child.kill("SIGTERM");
  for (const character of BODY) {
    await delay(80);
    for (const post of posts) post.say(character);
  }
  expect(await asked).toEqual(Array(6).fill(200));
  expect(await sizeOf(large)).toBeGreaterThan(15 * 2 ** 20);
  expect(await service.exited).toBe(0);
  const took = performance.now() - told;
  expect(took).toBeLessThan(10_000);
  for (const { said } of posts) expect(said).toMatch(/^HTTP\/1\.1 201/);
  expect(await service.silent).toBeUndefined();
  figure(`SIGTERM with 11 in flight: 0 failed, exit 0 after ${took.toFixed(0)} ms`);
  for (const raw of [silent, idle, ...posts]) raw.end();
});

test("A body that never ends is cut off in time to exit 0 within 10 s", async () => {
  const DATA_DIR = await dataDir();
  const service = await start({ DATA_DIR });
  await service.ready();
  const endless = new Raw(service.port, posting("endless", 1_000));
  await delay(300);
  const told = performance.now();
  expect(await service.stop()).toBe(0);
  const took = performance.now() - told;
  expect(took).toBeLessThan(10_000);
  figure(`SIGTERM with a body that never ends: exit 0 after ${took.toFixed(0)} ms`);
  endless.end();
});

test("Told to stop while it starts, it exits 0 and the next start is whole", async () => {
  const DATA_DIR = await dataDir();
  const service = await start({ DATA_DIR });
  await delay(1_200);
  expect(await service.stop()).toBe(0);
  const next = await start({ DATA_DIR });
  await next.ready();
  expect((await fetch(`${next.url}/v1/matrices/safetywashing-2024`)).status).toBe(200);
});

test("Started by npm, a signal to its process group drains as well", async () => {
  const service = await start(
    { DATA_DIR: await dataDir() },
    { command: ["npm", "start", "--silent"], ownGroup: true },
  );
  await service.ready();
  const slow = new Raw(service.port, posting("slow", BODY.length));
  const asked = ask(service);
  await delay(300);
  await service.stop();
  slow.say(BODY);
  expect(await asked).toEqual(Array(6).fill(200));
  await service.silent;
  expect(slow.said).toMatch(/^HTTP\/1\.1 201/);
});
