import { afterAll, beforeAll, expect, test } from "vitest";
import { Service } from "./service.js";

let service: Service;
beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => service.close());

test.each(["/", "/docs"])(
  "%s is a page that runs no inline script and loads nothing from elsewhere",
  async (url) => {
    const first = await service.ask(url);
    const page = first.statusCode === 302 ? await service.ask(String(first.headers.location)) : first;
    expect([page.statusCode, page.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    const policy = String(page.headers["content-security-policy"]);
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain("unsafe-inline");
    expect(page.body).not.toMatch(/<script(?![^>]* src="\.?\/)/);
    expect(page.body).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  },
);

test("data may not be framed, sniffed or run", async () => {
  const { headers } = await service.ask("/v1/matrices");
  expect(headers).toMatchObject({
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  });
});

test("the page names the matrix, both classes and how sure the figures are", async () => {
  const { body } = await service.ask("/");
  for (const text of [
    "Safetywashing 2024",
    "chat: correlation with capability over 26 models",
    "models of one family resemble each other",
    "0.89 [0.68, 0.96]</td><td>entangled",
  ]) {
    expect(body).toContain(text);
  }
});

test("/openapi.json is the document, /metrics counts requests by route", async () => {
  expect((await service.json<{ openapi: string }>("/openapi.json")).openapi).toBe("3.1.0");
  const { body } = await service.ask("/metrics");
  expect(body).toContain('route="/v1/matrices"');
});
