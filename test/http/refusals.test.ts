import { gzipSync } from "node:zlib";
import type { InjectOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Service, SMALL_CSV, SMALL_QUERY } from "./service.js";

/** Each wrong request, the status and place it is refused with, and the same request made right, which is accepted. */
interface Refusal {
  readonly wrong: InjectOptions;
  readonly status: number;
  /** Part of the first located problem, or of the detail. */
  readonly says: RegExp;
  readonly right: InjectOptions;
}

const REVISIONS = "/v1/matrices/refused/revisions";
const JSON_TYPE = { "content-type": "application/json" };
const raw = (
  payload: string | Buffer,
  headers: Record<string, string> = JSON_TYPE,
  url = REVISIONS,
): InjectOptions => ({ method: "POST", url, headers, payload });
const csv = (payload: string | Buffer, query = "") =>
  raw(payload, { "content-type": "text/csv" }, REVISIONS + query);
const ndjson = (payload: string) => raw(payload, { "content-type": "application/x-ndjson" });
const body = (value: unknown) => raw(JSON.stringify(value));
const score = (more: object = {}) => ({ model: "a", benchmark: "x", score: 1, ...more });
const good = body({ scores: [score()] });
const goodCsv = csv("model,x\na,1\nb,2\n");
const get = (url: string, headers: Record<string, string> = {}): InjectOptions => ({ url, headers });
const chat = "/v1/matrices/small/correlations?class=chat";
const checkBody = { against: "small", class: "chat", benchmark: { name: "n" }, scores: { a: 1, b: 2, c: 3 } };
const check = (value: unknown) => raw(JSON.stringify(value), JSON_TYPE, "/v1/check");
const part = (name: string, text: string, boundary = "b") =>
  `--${boundary}\r\ncontent-disposition: form-data; name="${name}"; filename="${name}.csv"\r\ncontent-type: text/csv\r\n\r\n${text}\r\n`;
const multipart = (payload: string) => raw(payload, { "content-type": "multipart/form-data; boundary=b" });
const goodParts = multipart(`${part("scores", "model,x\na,1\n")}--b--\r\n`);

const REFUSALS: Readonly<Record<string, Refusal>> = {
  "an empty JSON body": { wrong: raw(""), status: 400, says: /./, right: good },
  "broken JSON": { wrong: raw('{"scores": ['), status: 400, says: /line|end|JSON/i, right: good },
  "JSON with a trailing comma": { wrong: raw('{"scores": [],}'), status: 400, says: /./, right: good },
  "a bare NaN": {
    wrong: raw('{"scores": [{"model": "a", "benchmark": "x", "score": NaN}]}'),
    status: 400,
    says: /NaN/,
    right: good,
  },
  "1e999": {
    wrong: raw('{"scores": [{"model": "a", "benchmark": "x", "score": 1e999}]}'),
    status: 422,
    says: /scores\/0\/score|finite|large/,
    right: good,
  },
  "a number as text": {
    wrong: body({ scores: [score({ score: "0.5" })] }),
    status: 422,
    says: /scores\/0\/score/,
    right: good,
  },
  "an unknown field": {
    wrong: body({ scores: [score()], titel: "x" }),
    status: 422,
    says: /titel/,
    right: body({ scores: [score()], title: "x" }),
  },
  "an unknown field of a score": {
    wrong: body({ scores: [score({ stderr: 1 })] }),
    status: 422,
    says: /stderr/,
    right: body({ scores: [score({ standardError: 1 })] }),
  },
  "no score at all": { wrong: body({ scores: [] }), status: 422, says: /score/, right: good },
  "an array as the body": { wrong: body([score()]), status: 422, says: /./, right: good },
  "null as the body": { wrong: raw("null"), status: 422, says: /./, right: good },
  "a key given twice": {
    wrong: raw('{"scores": [], "scores": [{"model": "a", "benchmark": "x", "score": 1}]}'),
    status: 422,
    says: /scores/,
    right: good,
  },
  "a cell given twice": {
    wrong: body({ scores: [score(), score({ score: 2 })] }),
    status: 422,
    says: /scores\/1/,
    right: body({ scores: [score(), score({ benchmark: "y" })] }),
  },
  "JSON 200 000 levels deep": {
    wrong: raw("[".repeat(200_000) + "]".repeat(200_000)),
    status: 400,
    says: /deep/,
    right: good,
  },
  "UTF-16 without a word": {
    wrong: raw(Buffer.from("{}", "utf16le")),
    status: 400,
    says: /UTF/i,
    right: good,
  },
  "bytes that are not UTF-8": {
    wrong: raw(Buffer.from([0x7b, 0xff, 0x7d])),
    status: 400,
    says: /UTF-8/,
    right: good,
  },
  "a score for an undeclared model": {
    wrong: body({ models: [{ model: "b" }], scores: [score()] }),
    status: 422,
    says: /scores\/0/,
    right: body({ models: [{ model: "a" }], scores: [score()] }),
  },
  "a date that does not exist": {
    wrong: body({ models: [{ model: "a", releasedOn: "2024-02-30" }], scores: [score()] }),
    status: 422,
    says: /releasedOn/,
    right: body({ models: [{ model: "a", releasedOn: "2024-02-29" }], scores: [score()] }),
  },
  "a kind that is none": {
    wrong: body({ benchmarks: [{ benchmark: "x", kind: "danger" }], scores: [score()] }),
    status: 422,
    says: /kind/,
    right: body({ benchmarks: [{ benchmark: "x", kind: "safety" }], scores: [score()] }),
  },
  "min above max": {
    wrong: body({ benchmarks: [{ benchmark: "x", min: 2, max: 1 }], scores: [score()] }),
    status: 422,
    says: /min|max/,
    right: body({ benchmarks: [{ benchmark: "x", min: 0, max: 1 }], scores: [score()] }),
  },
  "negative parameters": {
    wrong: body({ models: [{ model: "a", parameters: -1 }], scores: [score()] }),
    status: 422,
    says: /parameters/,
    right: body({ models: [{ model: "a", parameters: 1 }], scores: [score()] }),
  },
  "an empty name": {
    wrong: body({ scores: [score({ model: " " })] }),
    status: 422,
    says: /model/,
    right: good,
  },
  "a name with U+0000": {
    wrong: body({ scores: [score({ model: "a\u0000" })] }),
    status: 422,
    says: /U\+0000/,
    right: good,
  },
  "a name with a lone surrogate": {
    wrong: raw('{"scores": [{"model": "\\ud800", "benchmark": "x", "score": 1}]}'),
    status: 422,
    says: /surrogate/,
    right: good,
  },
  "a name of 10 KB": {
    wrong: body({ scores: [score({ model: "m".repeat(10_240) })] }),
    status: 422,
    says: /10240|characters/,
    right: good,
  },
  "a class named *": {
    wrong: body({ models: [{ model: "a", class: "*" }], scores: [score()] }),
    status: 422,
    says: /\*/,
    right: good,
  },
  "a stray word among numbers": {
    wrong: csv("model,x\na,1\nb,oops\nc,2\n"),
    status: 422,
    says: /oops/,
    right: goodCsv,
  },
  "an open quote": { wrong: csv('model,x\n"a,1\nb,2\n'), status: 400, says: /quote/i, right: goodCsv },
  "a ragged row": {
    wrong: csv("model,x,y\na,1,2\nb,1\n"),
    status: 422,
    says: /./,
    right: csv("model,x,y\na,1,2\nb,1,\n"),
  },
  "a header given twice": { wrong: csv("model,x,x\na,1,2\n"), status: 422, says: /x/, right: goodCsv },
  "percent in some cells of a column": {
    wrong: csv("model,x\na,77.0%\nb,0.8\n"),
    status: 422,
    says: /%|percent/,
    right: csv("model,x\na,77.0%\nb,80%\n"),
  },
  "a model twice with different scores": {
    wrong: csv("model,x\na,1\na,2\n"),
    status: 422,
    says: /a/,
    right: csv("model,x\na,1\na,2\n", "?duplicates=mean"),
  },
  "a table without numbers": { wrong: csv("model,x\na,b\n"), status: 422, says: /./, right: goodCsv },
  "a CSV of one line": { wrong: csv("model,x\n"), status: 422, says: /./, right: goodCsv },
  "an empty CSV": { wrong: csv(""), status: 400, says: /./, right: goodCsv },
  "±Infinity in a cell": {
    wrong: csv("model,x\na,Infinity\nb,1\n"),
    status: 422,
    says: /Infinity|finite/,
    right: goodCsv,
  },
  "a capability benchmark that is not there": {
    wrong: csv("model,mmlu\na,1\nb,2\n", "?capability=mmul"),
    status: 422,
    says: /mmlu/,
    right: csv("model,mmlu\na,1\nb,2\n", "?capability=mmlu"),
  },
  "a line of NDJSON that is not JSON": {
    wrong: ndjson(`${JSON.stringify(score())}\n{oops\n`),
    status: 400,
    says: /./,
    right: ndjson(`${JSON.stringify(score())}\n`),
  },
  "an NDJSON score without a model": {
    wrong: ndjson('{"benchmark": "x", "score": 1}\n'),
    status: 422,
    says: /model/,
    right: ndjson(`${JSON.stringify(score())}\n`),
  },
  "multipart without a boundary": {
    wrong: raw("x", { "content-type": "multipart/form-data" }),
    status: 400,
    says: /./,
    right: goodParts,
  },
  "multipart that ends early": {
    wrong: multipart(part("scores", "model,x\na,1\n")),
    status: 400,
    says: /./,
    right: goodParts,
  },
  "multipart without scores": {
    wrong: multipart(`${part("other", "x")}--b--\r\n`),
    status: 422,
    says: /./,
    right: goodParts,
  },
  "a content type that is not read": {
    wrong: raw("<a/>", { "content-type": "application/xml" }),
    status: 415,
    says: /./,
    right: good,
  },
  "no content type": {
    wrong: { method: "POST", url: REVISIONS, payload: Buffer.from("model,x\na,1\n") },
    status: 415,
    says: /./,
    right: goodCsv,
  },
  "a content type that is nonsense": {
    wrong: raw("x", { "content-type": ";;;" }),
    status: 415,
    says: /./,
    right: good,
  },
  "a charset that nobody knows": {
    wrong: raw("model,x\na,1\n", { "content-type": "text/csv; charset=klingon" }),
    status: 415,
    says: /./,
    right: goodCsv,
  },
  "a content encoding that is not read": {
    wrong: raw("x", { ...JSON_TYPE, "content-encoding": "zstd" }),
    status: 415,
    says: /gzip/,
    right: good,
  },
  "gzip that is none": {
    wrong: raw("x", { ...JSON_TYPE, "content-encoding": "gzip" }),
    status: 400,
    says: /gzip/,
    right: good,
  },
  "gzip that ends early": {
    wrong: raw(gzipSync(JSON.stringify({ scores: [score()] })).subarray(0, 20), {
      ...JSON_TYPE,
      "content-encoding": "gzip",
    }),
    status: 400,
    says: /gzip/,
    right: good,
  },
  "a matrix name in capitals": {
    wrong: { ...good, url: "/v1/matrices/Refused/revisions" },
    status: 422,
    says: /name/,
    right: good,
  },
  "a matrix name with an encoded slash": {
    wrong: get("/v1/matrices/a%2Fb"),
    status: 422,
    says: /name/,
    right: get("/v1/matrices/small"),
  },
  "an unknown query parameter": {
    wrong: csv("model,x\na,1\nb,2\n", "?clas=chat"),
    status: 422,
    says: /clas/,
    right: csv("model,x\na,1\nb,2\n", "?class=chat"),
  },
  "bad percent-encoding in the path": {
    wrong: get("/v1/matrices/%ff"),
    status: 400,
    says: /./,
    right: get("/v1/matrices/small"),
  },
  "bad percent-encoding in the query": {
    wrong: get(`${chat}&area=%ff`),
    status: 400,
    says: /encoding/,
    right: get(chat),
  },
  "a revision that is no number": {
    wrong: get("/v1/matrices/small/revisions/one"),
    status: 422,
    says: /revision/,
    right: get("/v1/matrices/small/revisions/1"),
  },
  "a cursor that is not ours": {
    wrong: get("/v1/matrices?cursor=abc"),
    status: 422,
    says: /cursor/,
    right: get("/v1/matrices?limit=1"),
  },
  "a limit of 0": {
    wrong: get("/v1/matrices?limit=0"),
    status: 422,
    says: /limit/,
    right: get("/v1/matrices?limit=1"),
  },
  "an entity tag without quotes": {
    wrong: get(chat, { "if-none-match": "abc" }),
    status: 400,
    says: /tag/,
    right: get(chat, { "if-none-match": '"abc"' }),
  },
  "a threshold of 1": {
    wrong: get(`${chat}&threshold=1`),
    status: 422,
    says: /threshold/,
    right: get(`${chat}&threshold=0.5`),
  },
  "a level in percent": {
    wrong: get(`${chat}&level=95`),
    status: 422,
    says: /level/,
    right: get(`${chat}&level=0.95`),
  },
  "a seed with a fraction": {
    wrong: get(`${chat}&seed=0.5`),
    status: 422,
    says: /seed/,
    right: get(`${chat}&seed=5`),
  },
  "a check of nobody": {
    wrong: check({ ...checkBody, scores: {} }),
    status: 422,
    says: /scores/,
    right: check(checkBody),
  },
  "a check with a score given twice": {
    wrong: raw(
      '{"against": "small", "class": "chat", "benchmark": {"name": "n"}, "scores": {"a": 1, "a": 2}}',
      JSON_TYPE,
      "/v1/check",
    ),
    status: 422,
    says: /a/,
    right: check(checkBody),
  },
  "a check against a class that is not there": {
    wrong: check({ ...checkBody, class: "chatt" }),
    status: 422,
    says: /chat/,
    right: check(checkBody),
  },
  "a check with __proto__ as a model": {
    wrong: raw(
      '{"against": "small", "class": "chat", "benchmark": {"name": "n"}, "scores": {"__proto__": 1, "a": 2}}',
      JSON_TYPE,
      "/v1/check",
    ),
    status: 422,
    says: /__proto__/,
    right: check(checkBody),
  },
  "a method that a path does not have": {
    wrong: { method: "PATCH", url: "/v1/matrices/small" },
    status: 404,
    says: /PATCH/,
    right: get("/v1/matrices/small"),
  },
};

let service: Service;
beforeAll(async () => {
  service = await Service.start();
  await service.post("small", SMALL_CSV, {}, SMALL_QUERY);
});
afterAll(() => service.close());

test("there are at least 60 of them", () => {
  expect(Object.keys(REFUSALS).length).toBeGreaterThanOrEqual(60);
});

describe("refused, located, and nothing stored; made right, accepted:", () => {
  test.each(Object.entries(REFUSALS))("%s", async (_, { wrong, status, says, right }) => {
    const before = await stored();
    const reply = await service.ask(wrong);
    const problem = reply.json<{ code: string; detail: string; errors: unknown[] }>();
    expect(reply.statusCode, reply.body.slice(0, 400)).toBe(status);
    expect(`${problem.detail} ${JSON.stringify(problem.errors)}`).toMatch(says);
    if (status === 422) expect(problem.errors.length, problem.detail).toBeGreaterThan(0);
    expect(reply.rawPayload.length).toBeLessThan(65_536);
    expect(await stored()).toBe(before);
    const mended = await service.ask(right);
    expect(mended.statusCode, mended.body.slice(0, 400)).toBeLessThan(400);
  });
});

test("half a megabyte of problems is answered within 64 KB, the first 50 located and the rest counted up to 10 000", async () => {
  const scores = Array.from({ length: 20_000 }, (_, i) => ({
    model: `m${i}`,
    benchmark: "x".repeat(i % 3 === 0 ? 600 : 3),
    score: "1",
  }));
  const reply = await service.ask(body({ scores }));
  const problem = reply.json<{ errors: unknown[]; moreErrors: number }>();
  expect(reply.rawPayload.length).toBeLessThan(65_536);
  expect(problem.errors.length).toBe(50);
  expect(problem.moreErrors).toBeGreaterThan(9_000);
});

async function stored(): Promise<string> {
  const { matrices } = await service.json<{ matrices: { matrix: string; latest: { revision: number } }[] }>(
    "/v1/matrices?limit=1000",
  );
  return JSON.stringify(matrices.map(({ matrix, latest }) => [matrix, latest.revision]));
}
