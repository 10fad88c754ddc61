import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { lockDirectory } from "../../src/store/lock.js";
import { openStore } from "../../src/store/open-store.js";
import { Child } from "./child.js";
import { postOf, scored } from "./posts.js";

/** Several processes, each with a first start of a database, on a machine that may be busy. */
vi.setConfig({ testTimeout: 120_000 });

const clearing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clear of clearing.splice(0).reverse()) await clear();
});

async function emptyDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "decorrelate-test-"));
  clearing.push(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

function hold(directory: string): Child {
  const child = new Child("hold", directory);
  clearing.push(async () => {
    child.kill("SIGKILL");
    await child.ended();
  });
  return child;
}

const open = (dataDir: string) => openStore({ dataDir }, { now: () => new Date() });

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

test("a second process is refused within 5 s, by any path, and is told which directory and which process", async () => {
  const directory = await emptyDirectory();
  const link = `${directory}-link`;
  await symlink(directory, link);
  clearing.push(() => rm(link));
  const holder = hold(directory);
  expect(await holder.nextLine()).toMatch(/^open/);
  for (const path of [directory, link, join(directory, "..", basename(link), ".")]) {
    const refused = {
      code: "conflict",
      message: expect.stringContaining(`${directory} is in use by process ${holder.pid}`),
    };
    expect(await milliseconds(() => expect(open(path)).rejects.toMatchObject(refused))).toBeLessThan(5_000);
  }
  const second = hold(directory);
  expect(await milliseconds(() => second.nextLine())).toBeLessThan(5_000);
  expect(await second.ended()).toBe(1);
});

test("after SIGKILL of its holder a directory opens at once", async () => {
  const directory = await emptyDirectory();
  for (let round = 0; round < 3; round += 1) {
    const holder = hold(directory);
    expect(await holder.nextLine()).toMatch(/^open/);
    holder.kill("SIGKILL");
    await holder.ended();
  }
  const took = await milliseconds(async () => (await open(directory)).close());
  console.log(`opened ${Math.round(took)} ms after SIGKILL`);
  expect(took).toBeLessThan(5_000);
});

test("after SIGTERM, or within one process, a closed store is free", async () => {
  const directory = await emptyDirectory();
  const holder = hold(directory);
  await holder.nextLine();
  holder.kill("SIGTERM");
  expect(await holder.ended()).toBe(0);
  const store = await open(directory);
  await expect(open(directory)).rejects.toMatchObject({ code: "conflict" });
  await store.close();
  await expect(store.ping()).rejects.toMatchObject({ code: "unavailable" });
  await (await open(directory)).close();
});

test("killed while it is first made, a directory is made anew", async () => {
  const directory = await emptyDirectory();
  for (const wait of [1_200, 2_000]) {
    const child = hold(directory);
    await delay(wait);
    child.kill("SIGKILL");
    await child.ended();
  }
  const store = await open(directory);
  await store.revisions.append(postOf("a", scored(1)));
  await store.close();
  expect((await readdir(directory)).sort()).toEqual(["holder.json", "postgres"]);
});

test("a lock with a heartbeat from elsewhere is refused, though the socket is free", async () => {
  const directory = await emptyDirectory();
  const lockfile = join(directory, ".lock");
  await (await lockDirectory(directory, () => {})).release();
  await writeFile(
    join(directory, "holder.json"),
    JSON.stringify({ pid: 7, host: "elsewhere", realm: "other" }),
  );
  await mkdir(lockfile);
  const beating = setInterval(() => void utimes(lockfile, new Date(), new Date()), 1_000);
  clearing.push(async () => clearInterval(beating));
  const refused = { code: "conflict", message: expect.stringContaining("process 7 on elsewhere") };
  const attempt = () => expect(lockDirectory(directory, () => {})).rejects.toMatchObject(refused);
  expect(await milliseconds(attempt)).toBeLessThan(5_000);
});

test("a lock whose heartbeat ended long ago is taken over", async () => {
  const directory = await emptyDirectory();
  const lockfile = join(directory, ".lock");
  await mkdir(lockfile);
  await writeFile(
    join(directory, "holder.json"),
    JSON.stringify({ pid: 7, host: hostname(), realm: "other" }),
  );
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(lockfile, longAgo, longAgo);
  await (await lockDirectory(directory, () => {})).release();
});

test("a store whose lock is taken away answers no more", async () => {
  const directory = await emptyDirectory();
  const store = await open(directory);
  clearing.push(() => store.close());
  await rm(join(directory, ".lock"), { recursive: true });
  const refused = async () => {
    for (;;) {
      const outcome = await store.ping().then(
        () => "well",
        ({ code }) => code,
      );
      if (outcome !== "well") return outcome;
      await delay(100);
    }
  };
  expect(await refused()).toBe("unavailable");
});
