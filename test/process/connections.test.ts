import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { answerTo, Raw } from "./raw.js";
import { figure, spawning } from "./spawned.js";

const FULL = process.env.FULL !== undefined;
const { start, dataDir } = spawning();
const END = "host: localhost\r\nconnection: close\r\n\r\n";
const CHECK = "POST /v1/check HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";

test("What is not a proper request is answered with a problem, and the service goes on", async () => {
  const service = await start({ DATA_DIR: await dataDir() });
  await service.ready();
  for (const [text, status] of [
    ["nonsense\r\n\r\n", 400],
    ["\x16\x03\x01\x02\x00\x01\x00\x01", 400],
    ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
    [`BREW / HTTP/1.1\r\n${END}`, 400],
    [`GET / HTTP/1.1\r\nx: ${"a".repeat(20_000)}\r\n${END}`, 413],
    [`GET /%ff HTTP/1.1\r\n${END}`, 400],
    [`${CHECK}transfer-encoding: chunked\r\n\r\nzz\r\n`, 400],
    [`${CHECK}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}`, 400],
    [`${CHECK}content-length: -1\r\n\r\n{}`, 400],
    ["GET /v1/matrices HTTP/1.0\r\n\r\n", 421],
    ["GET /v1/matrices HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n", 421],
    [`GET http://evil.example/v1/matrices HTTP/1.1\r\n${END}`, 421],
    [`GET //evil.example/v1/matrices HTTP/1.1\r\n${END}`, 404],
  ] as const) {
    const [head = "", body = ""] = (await answerTo(service.port, text)).split("\r\n\r\n");
    const place = JSON.stringify(text.slice(0, 80));
    expect(head.slice(0, 12), place).toBe(`HTTP/1.1 ${status}`);
    expect(head, place).toContain("content-type: application/problem+json");
    expect(JSON.parse(body), place).toMatchObject({ status });
  }
  // Node answers or closes these itself, without a body.
  expect(await answerTo(service.port, "GET / HTTP/1.1\r\nconnection: close\r\n\r\n")).toMatch(
    /^HTTP\/1\.1 400/,
  );
  expect(await answerTo(service.port, `CONNECT evil.example:443 HTTP/1.1\r\n${END}`)).toBe("");
  const own = await answerTo(service.port, `GET http://localhost/v1/matrices HTTP/1.1\r\n${END}`);
  expect(own).toMatch(/^HTTP\/1\.1 200/);
  expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
  expect(service.child.exitCode).toBe(null);
});

/** Headers within 10 s, the whole request within 120 s; Node looks every second. */
const HEADERS_BY = 13_000;
const REQUEST_BY = 123_000;

test(`Slow headers are closed within ${HEADERS_BY / 1_000} s${FULL ? `, slow bodies within ${REQUEST_BY / 1_000} s` : ""}, and others are served meanwhile`, {
  timeout: 180_000,
}, async () => {
  const service = await start({ DATA_DIR: await dataDir() });
  await service.ready();
  const twenty = (text: string) => Array.from({ length: 20 }, () => new Raw(service.port, text));
  const headers = twenty("GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: ");
  const bodies = twenty(
    "POST /v1/matrices/slow/revisions HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/csv\r\ncontent-length: 1000\r\n\r\n",
  );
  const watched = FULL ? [...headers, ...bodies] : headers;
  let worst = 0;
  while (watched.some(({ open }) => open)) {
    for (const raw of [...headers, ...bodies]) raw.say("a");
    const begun = performance.now();
    const reply = await fetch(`${service.url}/v1/matrices/safetywashing-2024/correlations?class=chat`);
    await reply.text();
    expect(reply.status).toBe(200);
    worst = Math.max(worst, performance.now() - begun);
    await delay(500);
  }
  const last = async (raws: readonly Raw[]) =>
    Math.max(...(await Promise.all(raws.map((raw) => raw.closed))));
  for (const { said } of watched) expect(said).toMatch(/^HTTP\/1\.1 408 .*"code":"timedOut"/s);
  const closed = await last(headers);
  expect(closed).toBeLessThan(HEADERS_BY);
  expect(worst).toBeLessThan(2_000);
  figure(`20 slow headers closed by ${closed.toFixed(0)} ms, slowest reply meanwhile ${worst.toFixed(0)} ms`);
  if (FULL) {
    const closedBodies = await last(bodies);
    expect(closedBodies).toBeLessThan(REQUEST_BY);
    figure(`20 slow bodies closed by ${closedBodies.toFixed(0)} ms`);
  }
  for (const raw of bodies) raw.end();
});
