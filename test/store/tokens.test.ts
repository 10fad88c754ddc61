import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GROUNDS, type Opened, openOn } from "./stores.js";

describe.each(GROUNDS)("tokens, $kind", (ground) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await openOn(ground);
  });
  afterAll(() => opened.close());

  test("there is none, then one is made, and after it is revoked it still counts as made", async () => {
    const { tokens } = opened.store;
    expect(await tokens.any()).toBe(false);
    const { token, secret } = await tokens.create({ name: "laptop", scopes: ["read", "write"] });
    expect(secret).toMatch(/^dcr_[A-Za-z0-9_-]{43}$/);
    expect(await tokens.any()).toBe(true);
    expect(await tokens.verify(secret)).toEqual(token);
    expect(token).toMatchObject({ name: "laptop", scopes: ["read", "write"], revokedAt: null });
    const revoked = await tokens.revoke(token.id);
    expect(revoked.revokedAt).toEqual(opened.clock.now());
    expect(await tokens.verify(secret)).toBeNull();
    expect(await tokens.any()).toBe(true);
    opened.clock.advance({ hours: 1 });
    expect(await tokens.revoke(token.id)).toEqual(revoked);
    expect(await tokens.list()).toEqual([revoked]);
  });

  test("no other secret is accepted", async () => {
    const { secret } = await opened.store.tokens.create({ name: "a", scopes: [] });
    const others = [
      "",
      "dcr_",
      secret.slice(0, -1),
      `${secret}a`,
      ` ${secret}`,
      secret.toLowerCase(),
      `dcr_${"A".repeat(43)}`,
    ];
    for (const other of others) expect(await opened.store.tokens.verify(other)).toBeNull();
  });

  test("revoking what does not exist is not found", async () => {
    await expect(opened.store.tokens.revoke("tok_nowhere")).rejects.toMatchObject({ code: "notFound" });
  });

  test("verifying again asks no database", async () => {
    const { secret } = await opened.store.tokens.create({ name: "b", scopes: ["admin"] });
    await opened.store.tokens.verify(secret);
    await opened.store.tokens.any();
    const before = opened.store.queries();
    for (let round = 0; round < 100; round += 1) {
      await opened.store.tokens.verify(secret);
      await opened.store.tokens.any();
    }
    expect(opened.store.queries()).toBe(before);
  });

  if (ground.kind !== "postgresql") return;

  test("elsewhere a revoked token is good for at most a second", async () => {
    const other = await opened.another();
    try {
      const { token, secret } = await opened.store.tokens.create({ name: "c", scopes: [] });
      expect(await other.tokens.verify(secret)).toEqual(token);
      await opened.store.tokens.revoke(token.id);
      await delay(1_000);
      expect(await other.tokens.verify(secret)).toBeNull();
    } finally {
      await other.close();
    }
  });
});
