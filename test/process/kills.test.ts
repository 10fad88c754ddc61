import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GROUNDS } from "../store/stores.js";
import { build, Spawned } from "./spawned.js";

const FULL = process.env.FULL !== undefined;
const KILLS = FULL ? 20 : 4;
const CLIENTS = 8;
const KEYS = FULL ? 1_000 : 100;

beforeAll(build, 120_000);

describe.each(GROUNDS.map((ground) => [ground.kind, ground] as const))("on %s", (kind, ground) => {
  let env: Record<string, string>;
  let clear: () => Promise<void>;
  beforeAll(async () => {
    const place = await ground.prepare();
    clear = () => ground.clear(place);
    env = "dataDir" in place ? { DATA_DIR: place.dataDir } : { DATABASE_URL: place.databaseUrl };
  });
  afterAll(() => clear());

  test(`${KILLS} kills during posts lose nothing acknowledged and store nothing in part`, {
    timeout: 400_000,
  }, async () => {
    const acknowledged = new Map<string, { digest: string; value: number }>();
    const sent = new Set<number>();
    let value = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const service = await Spawned.start(env);
      await service.ready();
      let stopped = false;
      const client = async (c: number) => {
        while (!stopped) {
          const mine = value++;
          sent.add(mine);
          const reply = await service
            .post(`client-${c}`, `model,x,y\na,${mine},1\nb,${mine},2\n`)
            .catch(() => null);
          if (reply?.status !== 201) continue;
          const { revision, digest } = (await reply.json().catch(() => ({}))) as {
            revision?: number;
            digest?: string;
          };
          if (revision !== undefined && digest !== undefined)
            acknowledged.set(`client-${c}/revisions/${revision}`, { digest, value: mine });
        }
      };
      const clients = Array.from({ length: CLIENTS }, (_, c) => client(c));
      await new Promise((resolve) => setTimeout(resolve, 500 + ((kill * 37) % 350)));
      stopped = true;
      await service.stop("SIGKILL");
      await Promise.all(clients);
    }
    const service = await Spawned.start(env);
    await service.ready();
    for (const [path, { digest, value: posted }] of acknowledged) {
      const summary = (await (await fetch(`${service.url}/v1/matrices/${path}`)).json()) as {
        digest: string;
      };
      expect(summary.digest, path).toBe(digest);
      const { scores } = (await (
        await fetch(`${service.url}/v1/matrices/${path}/scores?layout=wide`)
      ).json()) as { scores: number[][] };
      expect(scores, path).toEqual([
        [posted, 1],
        [posted, 2],
      ]);
    }
    // What is stored beyond that was sent and not acknowledged; it too must be whole.
    for (let c = 0; c < CLIENTS; c++) {
      const latest = await fetch(
        `${service.url}/v1/matrices/client-${c}/revisions/latest/scores?layout=wide`,
      );
      if (latest.status === 404) continue;
      const { scores, revision } = (await latest.json()) as { scores: number[][]; revision: number };
      expect(sent.has(scores[0]?.[0] as number)).toBe(true);
      expect(scores).toEqual([
        [scores[0]?.[0], 1],
        [scores[0]?.[0], 2],
      ]);
      for (let r = 1; r <= revision; r++) {
        expect(
          (await fetch(`${service.url}/v1/matrices/client-${c}/revisions/${r}`)).status,
          `client-${c} ${r}`,
        ).toBe(200);
      }
    }
    await service.stop();
    console.log(`${kind}: ${KILLS} kills, ${acknowledged.size} acknowledged, 0 lost, 0 in part`);
    expect(acknowledged.size).toBeGreaterThan(0);
  });

  test(`${KEYS} posts sent three times each, 16 at once, are applied once each`, {
    timeout: 300_000,
  }, async () => {
    const service = await Spawned.start(env);
    await service.ready();
    const sends = Array.from({ length: 3 * KEYS }, (_, i) => i % KEYS);
    const locations = new Map<number, Set<string>>();
    const worker = async () => {
      for (let key = sends.pop(); key !== undefined; key = sends.pop()) {
        let reply: Response;
        do {
          reply = await service.post("once", `model,x\na,${key}\n`, { "idempotency-key": `key-${key}` });
        } while (reply.status === 409);
        expect(reply.status).toBe(201);
        locations.set(key, (locations.get(key) ?? new Set()).add(reply.headers.get("location") as string));
      }
    };
    await Promise.all(Array.from({ length: 16 }, worker));
    expect([...locations.values()].every((places) => places.size === 1)).toBe(true);
    const { revision } = (await (await fetch(`${service.url}/v1/matrices/once/revisions/latest`)).json()) as {
      revision: number;
    };
    expect(revision).toBe(KEYS);
    await service.stop();
  });

  if (kind === "postgresql") {
    test("two services that start together migrate once and load the bundled matrix once", {
      timeout: 60_000,
    }, async () => {
      const place = await ground.prepare();
      const fresh = { DATABASE_URL: (place as { databaseUrl: string }).databaseUrl };
      const both = await Promise.all([Spawned.start(fresh), Spawned.start(fresh)]);
      await Promise.all(both.map((service) => service.ready()));
      for (const service of both) {
        const { revision } = (await (
          await fetch(`${service.url}/v1/matrices/safetywashing-2024/revisions/latest`)
        ).json()) as { revision: number };
        expect(revision).toBe(1);
      }
      await Promise.all(both.map((service) => service.stop()));
      await ground.clear(place);
    });
  }
});
