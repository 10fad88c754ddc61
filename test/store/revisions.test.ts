import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DomainError } from "../../src/errors.js";
import { digestOf, packFloat64 } from "../../src/matrix/digest.js";
import type { ScoreMatrix } from "../../src/matrix/score-matrix.js";
import { entityTag } from "../../src/store/entity-tag.js";
import { benchmark, model, postOf, scored, wide } from "./posts.js";
import { GROUNDS, LEFT_OUT, type Opened, openOn } from "./stores.js";

if (GROUNDS.length === 1) console.log(LEFT_OUT);

describe.each(GROUNDS)("revisions, $kind", (ground) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await openOn(ground);
  });
  afterAll(() => opened.close());
  const revisions = () => opened.store.revisions;
  const post = (...args: Parameters<typeof postOf>) => revisions().append(postOf(...args));

  /** What is on disk, not what the writer keeps in memory. */
  async function reread(name: string, revision: number): Promise<ScoreMatrix> {
    await opened.reopen();
    return revisions().matrix(name, revision);
  }

  test("doubles come back bit by bit, in scores and in metadata", async () => {
    const hard = [
      5e-324,
      1e308,
      -1e308,
      1.7976931348623157e308,
      0.1 + 0.2,
      1e15 + 0.3,
      Number.NaN,
      2 ** -1074,
      0,
    ];
    const numbers = hard.filter(Number.isFinite);
    const matrix: ScoreMatrix = {
      ...scored(...hard),
      models: hard.map((x, i) =>
        model(`m${i}`, {
          parameters: Number.isFinite(x) ? x : null,
          interventions: i % 2 ? [{ method: "rlhf", dose: numbers[i % numbers.length] as number }] : [],
        }),
      ),
      standardErrors: Float64Array.from(hard.map((x) => x / 3)),
    };
    await post("doubles", matrix);
    const read = await reread("doubles", 1);
    expect(read).toEqual(matrix);
    expect(packFloat64(read.scores)).toEqual(packFloat64(matrix.scores));
    expect(digestOf(read)).toBe(digestOf(matrix));
  });

  test("names, descriptions and warnings come back letter by letter", async () => {
    const names = [
      `"'; DROP TABLE revisions; --`,
      "👩🏽‍🚀 модель",
      "__proto__",
      "constructor",
      "\\u0000 \\x00 \t\n",
      "ü".repeat(512),
    ];
    const matrix: ScoreMatrix = {
      description: {
        title: `$1 ${names[0]}`,
        description: "\\",
        source: { url: null, citation: "“…”", licence: "MIT" },
      },
      models: names.map((name) => model(name, { class: name, name, family: name })),
      benchmarks: names.map((name) =>
        benchmark(name, { kind: "safety", direction: "lower", area: name, min: -1 }),
      ),
      scores: new Float64Array(names.length ** 2).fill(Number.NaN).fill(1, 0, 3),
      standardErrors: null,
    };
    const warnings = [{ code: "kindUnknown", message: names[1] as string, names, count: 2, line: 1 }];
    const { revision } = await post("names", matrix, { compose: () => ({ matrix, warnings }) });
    expect(await reread("names", 1)).toEqual(matrix);
    const summary = await revisions().summary("names", 1);
    expect(summary).toEqual(revision);
    expect(summary).toMatchObject({
      models: 6,
      benchmarks: 6,
      scores: 3,
      missing: 33,
      title: `$1 ${names[0]}`,
    });
    expect(summary.warnings).toEqual(warnings);
    expect(Object.entries(summary.classes)).toEqual(names.map((name) => [name, 1]));
  });

  test("classes are listed in the order in which they first appear", async () => {
    const models = ["zeta", "alpha", "zeta", "mu"].map((name, row) => model(`m${row}`, { class: name }));
    await post("classes", { ...scored(1, 2, 3, 4), models });
    await reread("classes", 1);
    expect(Object.entries((await revisions().summary("classes", 1)).classes)).toEqual([
      ["zeta", 2],
      ["alpha", 1],
      ["mu", 1],
    ]);
  });

  test("content equal to the latest is the latest; equal to an older one, it has a new number", async () => {
    const first = await post("equal", scored(1, 2, 3));
    expect(first).toMatchObject({ created: true, revision: { revision: 1, createdBy: null } });
    const again = await post("equal", scored(1, 2, 3), { createdBy: "tok_other" });
    expect(again).toEqual({ created: false, revision: first.revision });
    expect(await post("equal", scored(1, 2, 4))).toMatchObject({ created: true, revision: { revision: 2 } });
    const back = await post("equal", scored(1, 2, 3));
    expect(back).toMatchObject({ created: true, revision: { revision: 3, digest: first.revision.digest } });
  });

  test("another title, description or source is other content under the same digest", async () => {
    const described = (description: Partial<ScoreMatrix["description"]>): ScoreMatrix => ({
      ...scored(1, 2, 3),
      description: { title: null, description: null, source: null, ...description },
    });
    const source = { url: "https://example.org", citation: null, licence: null };
    const contents = [
      {},
      { title: "t" },
      { description: "t" },
      { source },
      { source: { ...source, url: null } },
    ];
    const numbers: number[] = [];
    for (const content of contents) {
      numbers.push((await post("described", described(content))).revision.revision);
      numbers.push((await post("described", described(content))).revision.revision);
    }
    expect(numbers).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
  });

  test("compose is given the latest matrix, or null for a new one", async () => {
    const given: (ScoreMatrix | null)[] = [];
    const compose = (latest: ScoreMatrix | null) => {
      given.push(latest);
      return { matrix: scored(...(latest?.scores ?? []), given.length), warnings: [] };
    };
    for (let round = 0; round < 3; round += 1)
      await revisions().append({ ...postOf("merged", scored()), compose });
    expect(given.map((latest) => latest && [...latest.scores])).toEqual([null, [1], [1, 2]]);
  });

  test("what compose throws passes through and leaves nothing, not even the matrix", async () => {
    const problem = new DomainError("unknownName", "no such model");
    const compose = () => {
      throw problem;
    };
    await expect(post("refused", scored(1), { compose })).rejects.toBe(problem);
    await expect(opened.store.matrices.get("refused")).rejects.toMatchObject({ code: "notFound" });
    expect(await post("refused", scored(1))).toMatchObject({ revision: { revision: 1 } });
  });

  test("If-Match must name the latest revision by its strong tag, or any by a star", async () => {
    const refused = { code: "preconditionFailed" };
    await expect(post("matched", scored(1), { ifMatch: ["*"] })).rejects.toMatchObject(refused);
    await expect(opened.store.matrices.get("matched")).rejects.toMatchObject({ code: "notFound" });
    const one = (await post("matched", scored(1))).revision;
    await post("matched", scored(2), { ifMatch: ['"other"', entityTag(one)] });
    await expect(post("matched", scored(3), { ifMatch: [entityTag(one)] })).rejects.toMatchObject(refused);
    await post("matched", scored(1), { ifMatch: ["*"] });
    const three = await revisions().summary("matched", "latest");
    await expect(post("matched", scored(4), { ifMatch: [`W/${entityTag(three)}`] })).rejects.toMatchObject(
      refused,
    );
    await expect(post("matched", scored(4), { ifMatch: [entityTag(one)] })).rejects.toMatchObject(refused);
    await expect(post("matched", scored(4), { ifMatch: [] })).rejects.toMatchObject(refused);
    expect(three).toMatchObject({ revision: 3, digest: one.digest });
  });

  test("sixteen posts at once on a new name have sixteen numbers without a gap, and each merges the one before", async () => {
    const compose = (latest: ScoreMatrix | null) => ({
      matrix: scored(...(latest?.scores ?? []), latest?.scores.length ?? 0),
      warnings: [],
    });
    const posts = Array.from({ length: 16 }, () =>
      revisions().append({ ...postOf("crowd", scored()), compose }),
    );
    const numbers = (await Promise.all(posts)).map(({ revision }) => revision.revision);
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
    expect((await revisions().matrix("crowd", 16)).scores).toEqual(
      Float64Array.from({ length: 16 }, (_, i) => i),
    );
  });

  test("revisions are listed newest first, a page before a number", async () => {
    for (const score of [1, 2, 3, 4]) await post("listed", scored(score));
    const numbers = async (limit: number, before: number | null) =>
      (await revisions().list("listed", { limit, before })).map(({ revision }) => revision);
    expect(await numbers(2, null)).toEqual([4, 3]);
    expect(await numbers(2, 3)).toEqual([2, 1]);
    expect(await numbers(2, 1)).toEqual([]);
    expect(await numbers(9, 1e12)).toEqual([4, 3, 2, 1]);
  });

  test("a matrix or a number that does not exist is not found", async () => {
    await post("found", scored(1));
    const notFound = { code: "notFound" };
    await expect(revisions().summary("nowhere", "latest")).rejects.toMatchObject(notFound);
    await expect(revisions().matrix("__proto__", 1)).rejects.toMatchObject(notFound);
    await expect(revisions().list("nowhere", { limit: 1, before: null })).rejects.toMatchObject(notFound);
    for (const number of [0, -1, 2, 1.5, 2 ** 31, 1e300, Number.NaN]) {
      await expect(revisions().summary("found", number)).rejects.toMatchObject(notFound);
      await expect(revisions().matrix("found", number)).rejects.toMatchObject(notFound);
    }
  });

  test("first posts that overlap at any moment wait for each other, each appended once", async () => {
    for (let round = 0; round < 60; round += 1) {
      // Staggered, so that now and then one begins while another is being committed.
      const posts = Array.from({ length: 4 }, async (_, k) => {
        for (const started = performance.now(); performance.now() - started < k * (round % 10) * 0.3; )
          await new Promise((resolve) => setImmediate(resolve));
        return post(`overlap-${round}`, scored(round, k));
      });
      const numbers = (await Promise.all(posts)).map(({ revision }) => revision.revision);
      expect(numbers.sort((a, b) => a - b)).toEqual([1, 2, 3, 4]);
    }
  });

  test("a writer sees its own write at once, whatever it had read before", async () => {
    for (let number = 1; number <= 5; number += 1) {
      await post("fresh", scored(number));
      expect(await revisions().summary("fresh", "latest")).toMatchObject({ revision: number });
    }
  });

  test("a repeated read asks no database", async () => {
    await post("warm", scored(1));
    await post("warm", scored(2));
    const read = async () => {
      await opened.store.matrices.get("warm");
      await revisions().summary("warm", "latest");
      await revisions().summary("warm", 1);
      await revisions().matrix("warm", 1);
    };
    await read();
    const before = opened.store.queries();
    expect(before).toBeGreaterThan(0);
    for (let round = 0; round < 100; round += 1) await read();
    expect(opened.store.queries()).toBe(before);
  });

  test("4500 × 60 cells are appended and read back", async () => {
    const matrix = wide(4500, 60, (cell) => Math.sin(cell));
    const started = performance.now();
    await post("large", matrix);
    const appended = performance.now();
    const read = await reread("large", 1);
    const milliseconds = { append: appended - started, reopenAndRead: performance.now() - appended };
    console.log(`4500 × 60 on ${ground.kind}: ${JSON.stringify(milliseconds)}`);
    expect(digestOf(read)).toBe(digestOf(matrix));
  });
});
