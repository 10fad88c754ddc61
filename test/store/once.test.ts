import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DomainError } from "../../src/errors.js";
import type { KeptReply, OnceRequest, Transaction } from "../../src/store/store.js";
import { postOf, scored } from "./posts.js";
import { GROUNDS, type Opened, openOn } from "./stores.js";

const request = (key: string, more: Partial<OnceRequest> = {}): OnceRequest => ({
  scope: "open POST /v1/matrices/{name}/revisions",
  key,
  bodyHash: "sha256-1",
  ...more,
});
const reply: KeptReply = {
  status: 201,
  headers: { location: "/é", __proto: "x" },
  body: '{"a":"\\u0000👩🏽‍🚀"}',
};

describe.each(GROUNDS)("once, $kind", (ground) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await openOn(ground);
  });
  afterAll(() => opened.close());
  const posting = (name: string) => async (transaction: Transaction) => {
    await opened.store.revisions.append(postOf(name, scored(Math.random())), transaction);
    return reply;
  };
  const revisionsOf = (name: string) => opened.store.revisions.list(name, { limit: 100, before: null });

  test("a repeated key with the same body has the kept reply, and the work is done once", async () => {
    expect(await opened.store.once(request("same"), posting("same"))).toEqual({ reply, replayed: false });
    expect(await opened.store.once(request("same"), posting("same"))).toEqual({ reply, replayed: true });
    expect(await revisionsOf("same")).toHaveLength(1);
  });

  test("another body under the key is refused; another scope is another key", async () => {
    await opened.store.once(request("other"), posting("other"));
    const otherBody = opened.store.once(request("other", { bodyHash: "sha256-2" }), posting("other"));
    await expect(otherBody).rejects.toMatchObject({ code: "idempotencyKeyReused" });
    const otherScope = await opened.store.once(request("other", { scope: "tok_1" }), posting("other"));
    expect(otherScope.replayed).toBe(false);
    expect(await revisionsOf("other")).toHaveLength(2);
  });

  test("when the work fails nothing is kept, neither the reply nor what it wrote", async () => {
    const failing = async (transaction: Transaction) => {
      await posting("failing")(transaction);
      throw new DomainError("invalid", "changed my mind");
    };
    await expect(opened.store.once(request("failing"), failing)).rejects.toMatchObject({ code: "invalid" });
    await expect(revisionsOf("failing")).rejects.toMatchObject({ code: "notFound" });
    expect((await opened.store.once(request("failing"), posting("failing"))).replayed).toBe(false);
  });

  test("of sixteen at once one does the work; the others have its reply or are told that it runs", async () => {
    const sends = Array.from({ length: 16 }, () => opened.store.once(request("crowd"), posting("crowd")));
    const outcomes = await Promise.allSettled(sends);
    const done = outcomes.flatMap((o) => (o.status === "fulfilled" ? [o.value] : []));
    const refused = outcomes.flatMap((o) => (o.status === "rejected" ? [o.reason.code] : []));
    expect(done.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(refused)).toEqual(new Set(["stillRunning"]));
    expect(await revisionsOf("crowd")).toHaveLength(1);
  });

  test("a key is forgotten after 24 hours", async () => {
    await opened.store.once(request("old"), posting("old"));
    opened.clock.advance({ hours: 24, ms: -1 });
    expect((await opened.store.once(request("old"), posting("old"))).replayed).toBe(true);
    opened.clock.advance({ ms: 1 });
    expect((await opened.store.once(request("old", { bodyHash: "sha256-3" }), posting("old"))).replayed).toBe(
      false,
    );
  });

  test("a key too long to be kept is refused", async () => {
    const long = opened.store.once(request("k".repeat(256)), posting("long"));
    await expect(long).rejects.toMatchObject({ code: "invalid" });
  });

  if (ground.kind !== "postgresql") return;

  test("another process is told that the work still runs", async () => {
    const other = await opened.another();
    try {
      let refusal: unknown;
      await opened.store.once(request("shared"), async (transaction) => {
        refusal = await other.once(request("shared"), posting("shared")).catch((error) => error);
        return posting("shared")(transaction);
      });
      expect(refusal).toMatchObject({ code: "stillRunning", retryAfter: 1 });
      expect(await other.once(request("shared"), posting("shared"))).toEqual({ reply, replayed: true });
    } finally {
      await other.close();
    }
  });
});
