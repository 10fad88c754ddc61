import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { entityTag } from "../../src/store/entity-tag.js";
import { postOf, scored } from "./posts.js";
import { GROUNDS, type Opened, openOn } from "./stores.js";

describe.each(GROUNDS)("matrices, $kind", (ground) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await openOn(ground);
  });
  afterAll(() => opened.close());
  const post = (name: string, ...scores: number[]) =>
    opened.store.revisions.append(postOf(name, scored(...scores)));
  const remove = (name: string, ifMatch: string[] | null = null) =>
    opened.store.matrices.remove(name, { ifMatch });

  test("matrices are listed by name, a page after a name, each with its latest revision", async () => {
    for (const name of ["b", "a-1", "a.0", "a", "a_b", "gone"]) await post(name, 1);
    await post("a", 2);
    await remove("gone");
    const page = (limit: number, after: string | null) => opened.store.matrices.list({ limit, after });
    expect((await page(9, null)).map(({ name }) => name)).toEqual(["a", "a-1", "a.0", "a_b", "b"]);
    expect((await page(2, "a-1")).map(({ name }) => name)).toEqual(["a.0", "a_b"]);
    expect(await page(2, "b")).toEqual([]);
    expect((await page(1, null))[0]).toEqual(await opened.store.matrices.get("a"));
    expect((await page(1, null))[0]?.latest.revision).toBe(2);
  });

  test("a removed matrix is gone for every read and write, and says until when", async () => {
    const { matrices, revisions } = opened.store;
    await post("removed", 1);
    await revisions.matrix("removed", 1);
    const { restorableUntil } = await remove("removed");
    expect(restorableUntil.getTime() - opened.clock.now().getTime()).toBe(30 * 86_400_000);
    const gone = { code: "gone", message: expect.stringContaining(restorableUntil.toISOString()) };
    const attempts = [
      () => matrices.get("removed"),
      () => revisions.summary("removed", 1),
      () => revisions.summary("removed", "latest"),
      () => revisions.matrix("removed", 1),
      () => revisions.list("removed", { limit: 1, before: null }),
      () => post("removed", 2),
      () => remove("removed"),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject(gone);
  });

  test("what is restored within thirty days is what was removed", async () => {
    await post("restored", 1);
    await post("restored", 2);
    const before = await opened.store.matrices.get("restored");
    await remove("restored");
    opened.clock.advance({ days: 30, ms: -1 });
    expect(await opened.store.matrices.purge(opened.clock.now())).toBe(0);
    expect(await opened.store.matrices.restore("restored")).toEqual(before);
    expect(await opened.store.matrices.get("restored")).toEqual(before);
    expect(await post("restored", 3)).toMatchObject({ revision: { revision: 3 } });
    await expect(opened.store.matrices.restore("restored")).rejects.toMatchObject({ code: "conflict" });
    await expect(opened.store.matrices.restore("never")).rejects.toMatchObject({ code: "notFound" });
  });

  test("after thirty days a removed matrix is not found, purged or not", async () => {
    const { matrices, revisions } = opened.store;
    await post("expired", 1);
    await remove("expired");
    opened.clock.advance({ days: 30 });
    const notFound = { code: "notFound" };
    const expectAbsent = async () => {
      await expect(matrices.get("expired")).rejects.toMatchObject(notFound);
      await expect(revisions.matrix("expired", 1)).rejects.toMatchObject(notFound);
      await expect(matrices.restore("expired")).rejects.toMatchObject(notFound);
      await expect(remove("expired")).rejects.toMatchObject(notFound);
    };
    await expectAbsent();
    expect(await matrices.purge(opened.clock.now())).toBeGreaterThan(0);
    expect(await matrices.purge(opened.clock.now())).toBe(0);
    await expectAbsent();
  });

  test.each([true, false])(
    "a name taken again counts on, and its old revisions stay away (purged: %s)",
    async (purged) => {
      const { matrices, revisions } = opened.store;
      const name = `again-${purged}`;
      await post(name, 1);
      await post(name, 2);
      await revisions.matrix(name, 1);
      await remove(name);
      opened.clock.advance({ days: 31 });
      if (purged) await matrices.purge(opened.clock.now());
      expect(await post(name, 2)).toMatchObject({ created: true, revision: { revision: 3 } });
      await expect(revisions.matrix(name, 1)).rejects.toMatchObject({ code: "notFound" });
      await expect(revisions.summary(name, 2)).rejects.toMatchObject({ code: "notFound" });
      expect(await revisions.list(name, { limit: 9, before: null })).toHaveLength(1);
      expect((await matrices.get(name)).createdAt).toEqual(opened.clock.now());
      expect(await matrices.purge(opened.clock.now())).toBe(0);
    },
  );

  test("a removal under If-Match needs the latest revision's tag", async () => {
    const { revision } = await post("guarded", 1);
    await expect(remove("guarded", ['"other"'])).rejects.toMatchObject({ code: "preconditionFailed" });
    await expect(remove("nowhere", ["*"])).rejects.toMatchObject({ code: "notFound" });
    await remove("guarded", [entityTag(revision)]);
  });
});
