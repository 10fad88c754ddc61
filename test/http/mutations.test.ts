import fc from "fast-check";
import type { InjectOptions } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Service, SMALL_CSV, SMALL_QUERY } from "./service.js";

/** R5 asks for 10 000; a plain `npm test` runs a tenth of them. */
const RUNS = process.env.FULL === undefined ? 1_000 : 10_000;

interface Request {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
const get = (url: string): Request => ({
  method: "GET",
  url,
  headers: { accept: "application/json" },
  body: "",
});
const post = (url: string, type: string, body: string): Request => ({
  method: "POST",
  url,
  headers: { "content-type": type, "idempotency-key": "k" },
  body,
});

const BASE = "/v1/matrices/small";
const CANONICAL = JSON.stringify({
  title: "t",
  models: [
    {
      model: "a",
      class: "chat",
      parameters: 7e9,
      releasedOn: "2024-01-31",
      interventions: [{ method: "rlhf", dose: null }],
    },
  ],
  benchmarks: [{ benchmark: "x", kind: "safety", direction: "lower", min: 0, max: 1, chance: 0.25 }],
  scores: [{ model: "a", benchmark: "x", score: 0.5, standardError: 0.01 }],
});
const PARTS = `--b\r\ncontent-disposition: form-data; name="scores"; filename="s.csv"\r\ncontent-type: text/csv\r\n\r\nmodel,x\na,1\n\r\n--b--\r\n`;

/** One right request for every route. */
const REQUESTS: readonly Request[] = [
  ...[
    "/",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/openapi.json",
    "/v1/matrices?limit=2",
    "/v1/tokens",
    BASE,
  ].map(get),
  ...["", "/latest", "/1/scores?layout=wide", "/1/models?format=csv", "/1/benchmarks", "/1/diff/latest"].map(
    (path) => get(`${BASE}/revisions${path}`),
  ),
  ...[
    "capabilities",
    "correlations",
    "comparison",
    "dimension",
    "interventions",
    "saturation",
    "scaling",
  ].map((question) => get(`${BASE}/${question}?class=chat&kind=safety&sort=-rho&limit=3&basis=pearson`)),
  get(`${BASE}/confounding?class=chat&given=class&given=family&kind=safety&sort=-partialRho&resamples=200`),
  get(`${BASE}/what-if?class=chat&benchmark=truth&mode=add&order=random&to=quantile:0.5&tax=0.1&seed=1`),
  get(`${BASE}/differential-safety?class=chat&benchmark=truth&limit=3&level=0.9`),
  get(`${BASE}/suites?class=chat&kind=safety&size=2&limit=3`),
  get(`${BASE}/scaling?class=chat&reliability=0.8&rows=horizons`),
  get(`${BASE}/sensitivity?class=chat&benchmark=truth&drop=2&refit=true&model=a&model=b&model=c&sort=-high`),
  post("/v1/matrices/fuzzed/revisions?mode=merge&class=chat&capability=x", "application/json", CANONICAL),
  post("/v1/matrices/fuzzed/revisions?duplicates=mean", "text/csv", SMALL_CSV),
  post("/v1/matrices/fuzzed/revisions?layout=tidy", "text/csv", 'model;benchmark;score\n"a";x;0,5\n'),
  post(
    "/v1/matrices/fuzzed/revisions",
    "application/x-ndjson",
    '{"type":"model","model":"a"}\n{"model":"a","benchmark":"x","score":1}\n',
  ),
  post("/v1/matrices/fuzzed/revisions", "multipart/form-data; boundary=b", PARTS),
  post("/v1/matrices/small/restore", "application/json", "{}"),
  post(
    "/v1/check?seed=1",
    "application/json",
    JSON.stringify({
      against: "small",
      class: "chat",
      benchmark: { name: "n", direction: "lower" },
      scores: { a: 1, b: 2, c: 3 },
    }),
  ),
  { method: "DELETE", url: "/v1/tokens/none", headers: {}, body: "" },
  { method: "DELETE", url: "/v1/matrices/none", headers: { "if-match": '"x"' }, body: "" },
];

/** What strangers put where it does not belong. */
const NASTY = [
  "",
  "\u0000",
  "\ud800",
  "%ff",
  "%00",
  "../..",
  "__proto__",
  "NaN",
  "1e999",
  "-1",
  "9".repeat(400),
  "[",
  "{",
  '"',
  "'",
  ",",
  "\r\n",
  "\r",
  "\t",
  "\ufeff",
  "=cmd()",
  "<script>",
  "null",
  "true",
  "*",
  ";",
  "&&",
  "?",
  "#",
  "é",
  "🜚",
  "a".repeat(3000),
];

const edit = fc.record({
  at: fc.nat(),
  cut: fc.nat(12),
  put: fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: "binary", maxLength: 8 })),
});
const mutation = fc.record({
  request: fc.constantFrom(...REQUESTS),
  url: fc.array(edit, { maxLength: 2 }),
  body: fc.array(edit, { maxLength: 3 }),
  header: fc.option(
    fc.tuple(
      fc.constantFrom(
        "content-type",
        "accept",
        "if-none-match",
        "if-match",
        "idempotency-key",
        "content-encoding",
        "authorization",
        "origin",
        "host",
        "content-length",
      ),
      fc.constantFrom(...NASTY, "text/csv", "gzip", "br", "application/json", "Bearer x", '"x"'),
    ),
    { nil: undefined },
  ),
});

function edited(text: string, edits: readonly { at: number; cut: number; put: string }[]): string {
  return edits.reduce((current, { at, cut, put }) => {
    const start = at % (current.length + 1);
    return current.slice(0, start) + put + current.slice(start + cut);
  }, text);
}

let service: Service;
beforeAll(async () => {
  service = await Service.start();
  await service.post("small", SMALL_CSV, {}, SMALL_QUERY);
});
afterAll(() => service.close());

test(`${RUNS} seeded mutations of requests to every route: no 5xx, no hang, every refusal a located problem`, {
  timeout: 600_000,
}, async () => {
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(mutation, async ({ request, url, body, header }) => {
      const target = `/${edited(request.url, url).replace(/^\/*/, "")}`;
      // What no HTTP client can put on the wire is the parser's affair, tested over a socket in test/process.
      fc.pre(URL.canParse(target, "http://localhost"));
      const headers = header === undefined ? request.headers : { ...request.headers, [header[0]]: header[1] };
      const sendable = Object.entries(headers).filter(([, value]) => /^[\t\x20-\x7e\x80-\xff]*$/.test(value));
      const options: InjectOptions = {
        method: request.method,
        url: target,
        headers: Object.fromEntries(sendable),
      };
      const reply = await service.ask(
        request.method === "GET" ? options : { ...options, payload: Buffer.from(edited(request.body, body)) },
      );
      statuses.set(reply.statusCode, (statuses.get(reply.statusCode) ?? 0) + 1);
      if (reply.statusCode >= 400) expect(reply.rawPayload.length).toBeLessThan(65_536);
    }),
    { seed: 20_240_731, numRuns: RUNS, endOnFailure: true },
  );
  // The mutations must reach past the door: some are accepted, some refused for each kind of reason.
  for (const status of [200, 201, 400, 404, 415, 421, 422])
    expect(statuses.get(status) ?? 0, `${status}`).toBeGreaterThan(0);
});
