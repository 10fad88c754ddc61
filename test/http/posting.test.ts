import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Service, SMALL_CSV, SMALL_QUERY } from "./service.js";

let service: Service;
beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => service.close());

interface Revision {
  matrix: string;
  revision: number;
  digest: string;
  models: number;
  benchmarks: number;
  scores: number;
  missing: number;
  classes: Record<string, number>;
  warnings: { code: string }[];
  links: Record<string, string>;
}
const read = async (url: string) => (await service.ask(url)).body;

describe("a post", () => {
  test("creates the matrix, says what it read, and can be read back at its links", async () => {
    const reply = await service.post("first", SMALL_CSV, {}, SMALL_QUERY);
    expect(reply.statusCode).toBe(201);
    const body = reply.json<Revision>();
    expect(body).toMatchObject({
      matrix: "first",
      revision: 1,
      models: 8,
      benchmarks: 4,
      scores: 31,
      missing: 1,
      classes: { chat: 5, base: 3 },
    });
    expect(reply.headers.location).toBe("/v1/matrices/first/revisions/1");
    expect(await service.json(body.links.self as string)).toEqual(body);
    for (const link of [
      body.links.scores,
      `${body.links.capabilities}&class=chat`,
      `${body.links.correlations}&class=chat`,
      `${body.links.comparison}&class=chat`,
    ]) {
      expect((await service.ask(link as string)).statusCode).toBe(200);
    }
  });

  test("of the same content again is the latest revision, and of an older one a new number with its digest", async () => {
    const one = (await service.post("again", "model,x\na,1\nb,2\n")).json<Revision>();
    const same = await service.post("again", "model,x\na,1\nb,2\n");
    expect([same.statusCode, same.json<Revision>().revision]).toEqual([200, 1]);
    await service.post("again", "model,x\na,1\nb,3\n");
    const third = (await service.post("again", "model,x\na,1\nb,2\n")).json<Revision>();
    expect([third.revision, third.digest]).toEqual([3, one.digest]);
  });

  test("is the same content in every format, and comes back exactly as it went in", async () => {
    const canonical = {
      models: [
        { model: "a", class: "chat" },
        { model: "b", class: "chat" },
      ],
      benchmarks: [
        { benchmark: "x", kind: "capability" },
        { benchmark: "y, z", kind: "safety" },
      ],
      scores: [
        { model: "a", benchmark: "x", score: 0.1 },
        { model: "a", benchmark: "y, z", score: 5e-324 },
        { model: "b", benchmark: "x", score: 0.30000000000000004 },
      ],
    };
    const query = "?capability=x&safety=y%2C%20z";
    const lines = [
      ...canonical.models.map((m) => ({ type: "model", ...m })),
      ...canonical.benchmarks.map((b) => ({ type: "benchmark", ...b })),
      ...canonical.scores,
    ];
    const posted = [
      await service.post("json", canonical),
      await service.post(
        "wide",
        'model,class,x,"y, z"\na,chat,0.1,5e-324\nb,chat,0.30000000000000004,\n',
        {},
        query,
      ),
      await service.post(
        "tidy",
        'model,class,benchmark,score\na,chat,x,0.1\na,chat,"y, z",5e-324\nb,chat,x,0.30000000000000004\n',
        {},
        query,
      ),
      await service.post("ndjson", lines.map((line) => `${JSON.stringify(line)}\n`).join(""), {
        "content-type": "application/x-ndjson",
      }),
      await service.post("gzip", gzipSync(JSON.stringify(canonical)), {
        "content-type": "application/json",
        "content-encoding": "gzip",
      }),
    ];
    for (const reply of posted) expect(reply.statusCode, reply.body).toBe(201);
    expect(new Set(posted.map((reply) => reply.json<Revision>().digest)).size).toBe(1);
    const back = await service.json<{ scores: unknown }>("/v1/matrices/json/revisions/1/scores");
    expect(back.scores).toEqual(canonical.scores);
    const wide = await service.json<{ scores: unknown }>(
      "/v1/matrices/json/revisions/latest/scores?layout=wide",
    );
    expect(wide.scores).toEqual([
      [0.1, 5e-324],
      [0.30000000000000004, null],
    ]);
  });

  test("may be multipart, with side files", async () => {
    const parts = {
      scores: "model,x,y\na,1,2\nb,2,1\n",
      models: "model,class,family\na,chat,F\nb,chat,G\n",
      benchmarks: "benchmark,kind\nx,capability\ny,safety\n",
    };
    const boundary = "------------------------0123456789";
    const body = Object.entries(parts).map(
      ([name, text]) =>
        `--${boundary}\r\ncontent-disposition: form-data; name="${name}"; filename="${name}.csv"\r\ncontent-type: text/csv\r\n\r\n${text}\r\n`,
    );
    const reply = await service.post("parts", `${body.join("")}--${boundary}--\r\n`, {
      "content-type": `multipart/form-data; boundary=${boundary}`,
    });
    expect(reply.statusCode, reply.body).toBe(201);
    expect(reply.json<Revision>().classes).toEqual({ chat: 2 });
    const { benchmarks } = await service.json<{ benchmarks: { kind: string }[] }>(
      "/v1/matrices/parts/revisions/1/benchmarks",
    );
    expect(benchmarks.map((b) => b.kind)).toEqual(["capability", "safety"]);
  });

  test("may merge into the latest revision, and the difference says what it did", async () => {
    await service.post("merged", SMALL_CSV, {}, SMALL_QUERY);
    const reply = await service.post("merged", "model,truth\nh,0.1\na,0.95\n", {}, "?mode=merge");
    expect(reply.json<Revision>()).toMatchObject({ revision: 2, models: 8, benchmarks: 4, scores: 32 });
    const diff = await service.json<{ scores: unknown[]; models: { added: string[] } }>(
      "/v1/matrices/merged/revisions/1/diff/latest",
    );
    expect(diff.scores).toEqual([
      { model: "a", benchmark: "truth", from: 0.9, to: 0.95 },
      { model: "h", benchmark: "truth", from: null, to: 0.1 },
    ]);
    expect(diff.models.added).toEqual([]);
  });

  test("under a condition that no longer holds changes nothing", async () => {
    const first = await service.post("guarded", "model,x\na,1\n");
    await service.post("guarded", "model,x\na,2\n", { "if-match": first.headers.etag as string });
    const stale = await service.post("guarded", "model,x\na,3\n", {
      "if-match": first.headers.etag as string,
    });
    expect(stale.statusCode).toBe(412);
    expect((await service.json<{ revision: number }>("/v1/matrices/guarded/revisions/latest")).revision).toBe(
      2,
    );
  });

  test("keeps strangers' names as text and defuses them only in spreadsheets", async () => {
    const names = ["__proto__", "constructor", "=cmd()", "<script>alert(1)</script>", "@SUM(A1)", "名前 🜚"];
    const scores = names.map((model, i) => ({ model, benchmark: "x", score: i + 1 }));
    expect((await service.post("strange", { scores })).statusCode).toBe(201);
    const back = await service.json<{ scores: unknown }>("/v1/matrices/strange/revisions/1/scores");
    expect(back.scores).toEqual(scores);
    const csv = await read("/v1/matrices/strange/revisions/1/scores?format=csv");
    expect(csv).toContain("'=cmd(),x,3");
    const page = await read("/");
    expect(page).not.toContain("<script>");
  });
});

describe("an Idempotency-Key", () => {
  const headers = { "idempotency-key": "key-1" };
  test("applies a post once, and answers the same again", async () => {
    const replies = await Promise.all(
      Array.from({ length: 16 }, () => service.post("once", "model,x\na,1\n", headers)),
    );
    const codes = replies.map((reply) => reply.statusCode);
    expect(
      codes.every((code) => code === 201 || code === 409),
      codes.join(),
    ).toBe(true);
    const again = await service.post("once", "model,x\na,1\n", headers);
    expect([again.statusCode, again.headers["idempotency-replayed"], again.headers.location]).toEqual([
      201,
      "true",
      "/v1/matrices/once/revisions/1",
    ]);
    const { revisions } = await service.json<{ revisions: unknown[] }>("/v1/matrices/once/revisions");
    expect(revisions.length).toBe(1);
  });

  test("with another body, query or malformed text is refused", async () => {
    expect((await service.post("once", "model,x\na,2\n", headers)).json<{ code: string }>().code).toBe(
      "idempotencyKeyReused",
    );
    expect((await service.post("once", "model,x\na,1\n", headers, "?class=b")).statusCode).toBe(422);
    expect((await service.post("once", "model,x\na,1\n", { "idempotency-key": "a b" })).statusCode).toBe(400);
  });

  test("is not used up by a post that was refused", async () => {
    const key = { "idempotency-key": "key-2" };
    expect((await service.post("late", "model,x\na,oops\nb,1\n", key)).statusCode).toBe(422);
    expect((await service.post("late", "model,x\na,1\nb,1\n", key)).statusCode).toBe(201);
  });
});

describe("revisions and matrices", () => {
  test("come in pages, each once and in order", async () => {
    for (let x = 1; x <= 5; x++) await service.post("paged", `model,x\na,${x}\n`);
    const seen: number[] = [];
    let url: string | null = "/v1/matrices/paged/revisions?limit=2";
    while (url !== null) {
      const reply = await service.ask(url);
      seen.push(...reply.json<{ revisions: { revision: number }[] }>().revisions.map((r) => r.revision));
      url = /^<([^>]+)>; rel="next"$/.exec(String(reply.headers.link ?? ""))?.[1] ?? null;
    }
    expect(seen).toEqual([5, 4, 3, 2, 1]);
  });

  test("of a number never change and say so to caches", async () => {
    const numbered = await service.ask("/v1/matrices/paged/revisions/2/scores");
    expect(numbered.headers["cache-control"]).toBe("max-age=31536000, immutable");
    const latest = await service.ask("/v1/matrices/paged/revisions/latest/scores");
    expect(latest.headers["cache-control"]).toBe("no-cache");
  });

  test("deleted can be restored, meanwhile gone", async () => {
    await service.post("brief", "model,x\na,1\n");
    expect((await service.ask({ method: "DELETE", url: "/v1/matrices/brief" })).statusCode).toBe(200);
    expect((await service.ask("/v1/matrices/brief")).statusCode).toBe(410);
    expect((await service.post("brief", "model,x\na,1\n")).statusCode).toBe(410);
    expect((await service.ask({ method: "POST", url: "/v1/matrices/brief/restore" })).statusCode).toBe(200);
    expect((await service.ask("/v1/matrices/brief/revisions/1")).statusCode).toBe(200);
  });

  test("unknown are 404, with a problem", async () => {
    for (const url of [
      "/v1/matrices/none",
      "/v1/matrices/first/revisions/99",
      "/v1/matrices/none/correlations",
      "/v1/nothing",
      "/v1/matrices/none/revisions/1/diff/2",
    ]) {
      expect((await service.ask(url)).statusCode, url).toBe(404);
    }
  });
});

test("the bundled file posts as it is", async () => {
  const file = readFileSync(new URL("../../data/safetywashing-2024.json", import.meta.url));
  const reply = await service.post("copy", file, { "content-type": "application/json" });
  const bundled = await service.json<Revision>("/v1/matrices/safetywashing-2024/revisions/1");
  expect([reply.statusCode, reply.json<Revision>().digest]).toEqual([201, bundled.digest]);
});
