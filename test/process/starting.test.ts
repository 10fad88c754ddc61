import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import pg from "pg";
import { expect, test } from "vitest";
import { GROUNDS } from "../store/stores.js";
import { environmentOf, figure, type Spawned, spawning } from "./spawned.js";

const { start, dataDir } = spawning();

async function refusal(service: Spawned): Promise<string> {
  expect(await service.exited).toBe(1);
  expect(service.stderr).toMatch(/^Decorrelate cannot start: .+\n$/m);
  expect(service.stderr).not.toMatch(/\n\s+at /);
  return service.stderr;
}

test("It is ready within 15 s of an empty directory and 5 s after, and prints its address and what the bundled matrix says", async () => {
  const DATA_DIR = await dataDir();
  const first = await start({ DATA_DIR });
  const empty = await first.ready();
  expect(empty).toBeLessThan(15_000);
  await expect.poll(() => first.stderr, { timeout: 5_000 }).toContain("HaluEval Dialogue");
  expect(first.stderr).toContain(first.url);
  await first.stop();
  const again = await (await start({ DATA_DIR })).ready();
  expect(again).toBeLessThan(5_000);
  figure(`ready in ${empty.toFixed(0)} ms on an empty directory, ${again.toFixed(0)} ms after`);
});

test("A directory that another process holds is refused within 5 s by name, and has its data once that one is killed", async () => {
  const DATA_DIR = await dataDir();
  const first = await start({ DATA_DIR });
  await first.ready();
  expect((await first.post("kept", "model,x\na,0.1\n")).status).toBe(201);
  const begun = performance.now();
  const reason = await refusal(await start({ DATA_DIR }));
  const refused = performance.now() - begun;
  expect(refused).toBeLessThan(5_000);
  expect(reason).toContain(DATA_DIR);
  await first.stop("SIGKILL");
  const third = await start({ DATA_DIR });
  const ready = await third.ready(5_000);
  const kept = await fetch(`${third.url}/v1/matrices/kept/revisions/latest/scores?layout=wide`);
  expect(await kept.json()).toMatchObject({ revision: 1, models: ["a"], scores: [[0.1]] });
  figure(`refused a held directory in ${refused.toFixed(0)} ms; ready ${ready.toFixed(0)} ms after kill -9`);
});

test.each([
  [{ HOST: "0.0.0.0" }, /HOST is 0\.0\.0\.0.* ADMIN_TOKEN/],
  [{ PORT: "abc" }, /PORT/],
  [{ ADMIN_TOKEN: "short" }, /ADMIN_TOKEN has fewer than 32/],
  [{ MAX_BODY_CSV: "much", LOG_LEVEL: "loud" }, /MAX_BODY_CSV.*LOG_LEVEL/],
  [{ DATABASE_URL: "nonsense" }, /DATABASE_URL/],
  [{ DATABASE_URL: "mysql://x" }, /DATABASE_URL/],
  [{ DATABASE_URL: "postgresql://nobody:secret@127.0.0.1:1/none" }, /PostgreSQL at 127\.0\.0\.1:1 /],
] as const)("With %o it refuses to start and says why in a line", async (env, says) => {
  const reason = await refusal(await start({ DATA_DIR: await dataDir(), ...env }));
  expect(reason).toMatch(says);
  expect(reason).not.toContain("secret");
});

test("A port in use is named", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const { port } = other.address() as { port: number };
  const service = await start({ DATA_DIR: await dataDir(), PORT: String(port) });
  expect(await refusal(service)).toContain(`127.0.0.1:${port}`);
  other.close();
});

test("A DATA_DIR that is a file is named", async () => {
  const file = join(await dataDir(), "file");
  await writeFile(file, "");
  expect(await refusal(await start({ DATA_DIR: file }))).toContain(file);
});

for (const ground of GROUNDS.filter(({ kind }) => kind === "postgresql")) {
  test("A database that the server does not have is named", async () => {
    const url = new URL(process.env.TEST_DATABASE_URL as string);
    url.pathname = "decorrelate_not_there";
    const reason = await refusal(await start({ DATABASE_URL: url.href }));
    expect(reason).toMatch(/DATABASE_URL.*decorrelate_not_there/);
  });

  test("Two services that start together on an empty database migrate it once and load the bundled matrix once", async () => {
    const place = await ground.prepare();
    const env = environmentOf(place);
    const both = await Promise.all([start(env), start(env)]);
    await Promise.all(both.map((service) => service.ready()));
    for (const { url } of both) {
      const { matrices } = (await (await fetch(`${url}/v1/matrices`)).json()) as { matrices: unknown[] };
      expect(matrices).toMatchObject([{ matrix: "safetywashing-2024" }]);
      const reply = await fetch(`${url}/v1/matrices/safetywashing-2024/revisions`);
      const { revisions } = (await reply.json()) as { revisions: unknown[] };
      expect(revisions).toMatchObject([{ revision: 1 }]);
    }
    const client = new pg.Client({ connectionString: env.DATABASE_URL });
    await client.connect();
    const { rows } = await client.query(
      'SELECT migration_name, count(*)::int AS "times" FROM _prisma_migrations GROUP BY migration_name',
    );
    await client.end();
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row).toMatchObject({ times: 1 });
    for (const service of both) expect(await service.stop()).toBe(0);
    await ground.clear(place);
  });
}
