import { setTimeout as delay } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { GROUNDS } from "../store/stores.js";
import { build, environmentOf, figure, Spawned } from "./spawned.js";

const KEYS = process.env.FULL === undefined ? 300 : 1_000;
const SENDS = 3;
const AT_ONCE = 16;

interface Reply {
  readonly revision: number;
  readonly digest: string;
}

beforeAll(build, 120_000);

describe.each(GROUNDS)("on $kind", (ground) => {
  test(`${KEYS} posts sent ${SENDS} times each under their keys, ${AT_ONCE} at once, are applied once each`, {
    timeout: 300_000,
  }, async () => {
    const place = await ground.prepare();
    const service = await Spawned.start(environmentOf(place));
    await service.ready();
    // The sends of one key follow closely, so that some of them meet while the first is under way.
    const sends = Array.from({ length: SENDS * KEYS }, (_, i) => Math.floor(i / SENDS));
    const replies = new Map<number, Set<string>>();
    let conflicts = 0;
    const begun = performance.now();
    const sender = async () => {
      for (let key = sends.shift(); key !== undefined; key = sends.shift()) {
        const headers = { "idempotency-key": `key-${key}` };
        let reply = await service.post("once", `model,x\na,${key}\n`, headers);
        for (; reply.status === 409; reply = await service.post("once", `model,x\na,${key}\n`, headers)) {
          conflicts += 1;
          await reply.text();
          await delay(10);
        }
        expect(reply.status).toBe(201);
        replies.set(key, (replies.get(key) ?? new Set()).add(await reply.text()));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, sender));
    const took = performance.now() - begun;

    const told = [...replies].map(([key, texts]) => {
      expect(texts.size, `different replies under key-${key}`).toBe(1);
      return { key, ...(JSON.parse([...texts].join("")) as Reply) };
    });
    const revisions = told.map(({ revision }) => revision).sort((a, b) => a - b);
    expect(revisions).toEqual(Array.from({ length: KEYS }, (_, i) => i + 1));
    const url = `${service.url}/v1/matrices/once/revisions`;
    expect(await (await fetch(`${url}/latest`)).json()).toMatchObject({ revision: KEYS });
    for (const { key, revision, digest } of told) {
      const kept = await (await fetch(`${url}/${revision}/scores?layout=wide`)).json();
      expect(kept).toMatchObject({ digest, scores: [[key]] });
    }
    await service.stop();
    await ground.clear(place);
    figure(
      `${ground.kind}: ${KEYS} keys x ${SENDS} sends in ${(took / 1_000).toFixed(1)} s, ${KEYS} revisions, ${conflicts} times 409 and retried`,
    );
  });
});
