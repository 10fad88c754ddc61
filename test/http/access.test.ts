import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SCOPES, type Scope } from "../../src/store/store.js";
import { Service } from "./service.js";

const ADMIN = "an-admin-token-of-at-least-32-characters";
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

describe("with tokens", () => {
  let service: Service;
  const secrets = new Map<Scope, string>();
  beforeAll(async () => {
    service = await Service.start({ ADMIN_TOKEN: ADMIN });
    for (const scope of SCOPES) {
      const made = await service.json<{ secret: string }>(
        {
          method: "POST",
          url: "/v1/tokens",
          headers: bearer(ADMIN),
          payload: { name: scope, scopes: [scope] },
        },
        201,
      );
      secrets.set(scope, made.secret);
    }
  });
  afterAll(() => service.close());

  /** What each documented route takes; a route that is missing here fails the first test. */
  const NEEDS: Readonly<Record<string, Scope | "public">> = {
    "GET /health/live": "public",
    "GET /health/ready": "public",
    "GET /metrics": "read",
    "GET /v1/matrices": "read",
    "GET /v1/matrices/{name}": "read",
    "DELETE /v1/matrices/{name}": "admin",
    "POST /v1/matrices/{name}/restore": "admin",
    "POST /v1/matrices/{name}/revisions": "write",
    "GET /v1/matrices/{name}/revisions": "read",
    "GET /v1/matrices/{name}/revisions/{revision}": "read",
    "GET /v1/matrices/{name}/revisions/{revision}/scores": "read",
    "GET /v1/matrices/{name}/revisions/{revision}/models": "read",
    "GET /v1/matrices/{name}/revisions/{revision}/benchmarks": "read",
    "GET /v1/matrices/{name}/revisions/{revision}/diff/{other}": "read",
    "GET /v1/matrices/{name}/capabilities": "read",
    "GET /v1/matrices/{name}/correlations": "read",
    "GET /v1/matrices/{name}/comparison": "read",
    "GET /v1/matrices/{name}/dimension": "read",
    "GET /v1/matrices/{name}/confounding": "read",
    "GET /v1/matrices/{name}/what-if": "read",
    "GET /v1/matrices/{name}/interventions": "read",
    "GET /v1/matrices/{name}/differential-safety": "read",
    "GET /v1/matrices/{name}/saturation": "read",
    "GET /v1/matrices/{name}/suites": "read",
    "GET /v1/matrices/{name}/scaling": "read",
    "GET /v1/matrices/{name}/sensitivity": "read",
    "POST /v1/check": "read",
    "GET /v1/analyses": "read",
    "GET /v1/analyses/{id}": "read",
    "GET /v1/analyses/{id}/events": "read",
    "DELETE /v1/analyses/{id}": "write",
    "GET /v1/tokens": "admin",
    "POST /v1/tokens": "admin",
    "DELETE /v1/tokens/{id}": "admin",
  };
  const documented = () => {
    const { paths } = service.server.swagger() as { paths: Record<string, Record<string, unknown>> };
    return Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
  };

  test("every documented route has its rule in this table", () => {
    expect(documented().sort()).toEqual(Object.keys(NEEDS).sort());
  });

  test.each(Object.entries(NEEDS))("%s takes the scope %s, and no lesser one", async (route, needed) => {
    const [method, template] = route.split(" ") as [string, string];
    const url = template
      .replace("{name}", "no-such-matrix")
      .replace("{revision}", "1")
      .replace("{other}", "1")
      .replace("{id}", "none");
    const asked = async (headers: Record<string, string>) =>
      (
        await service.ask({
          method: method as "GET",
          url,
          headers: { ...headers, ...(method === "POST" ? { "content-type": "application/json" } : {}) },
          ...(method === "POST" ? { payload: "{}" } : {}),
        })
      ).statusCode;
    expect((await asked({})) === 401, "without a token").toBe(needed !== "public");
    for (const [scope, secret] of secrets) {
      const may = needed === "public" || scope === needed || scope === "admin";
      expect((await asked(bearer(secret))) === 403, `with ${scope}`).toBe(!may);
    }
  });

  test("a wrong, revoked or malformed token is 401, and says how to do better", async () => {
    const made = await service.json<{ id: string; secret: string }>(
      {
        method: "POST",
        url: "/v1/tokens",
        headers: bearer(ADMIN),
        payload: { name: "brief", scopes: ["read"] },
      },
      201,
    );
    expect((await service.ask({ url: "/v1/matrices", headers: bearer(made.secret) })).statusCode).toBe(200);
    await service.json({ method: "DELETE", url: `/v1/tokens/${made.id}`, headers: bearer(ADMIN) });
    for (const authorization of [
      `Bearer ${made.secret}`,
      "Bearer nonsense",
      "Basic YTpi",
      "Bearer",
      `Bearer ${ADMIN}x`,
      "bearer  two",
    ]) {
      const reply = await service.ask({ url: "/v1/matrices", headers: { authorization } });
      expect([reply.statusCode, reply.headers["www-authenticate"]], authorization).toEqual([
        401,
        'Bearer realm="decorrelate"',
      ]);
    }
  });

  test("no reply and no list shows a secret or its hash", async () => {
    const { body } = await service.ask({ url: "/v1/tokens", headers: bearer(ADMIN) });
    for (const secret of secrets.values()) expect(body).not.toContain(secret);
    expect(body).not.toMatch(/hash/i);
  });

  test("a shared cache may keep no reply", async () => {
    const reply = await service.ask({
      url: "/v1/matrices/safetywashing-2024/correlations?class=chat",
      headers: bearer(ADMIN),
    });
    expect(reply.headers["cache-control"]).toBe("private, no-cache");
    expect(reply.headers.vary).toMatch(/Authorization/);
  });

  test("a revision says which token posted it", async () => {
    const reply = await service.post("mine", "model,x\na,1\n", bearer(secrets.get("write") as string));
    const { tokens } = await service.json<{ tokens: { id: string; name: string }[] }>({
      url: "/v1/tokens",
      headers: bearer(ADMIN),
    });
    expect(reply.json<{ createdBy: string }>().createdBy).toBe(
      tokens.find(({ name }) => name === "write")?.id,
    );
  });

  test("another site's page may not read, unless its origin is listed", async () => {
    const reply = await service.ask({
      url: "/v1/matrices",
      headers: { ...bearer(ADMIN), origin: "https://evil.example" },
    });
    expect(reply.headers["access-control-allow-origin"]).toBeUndefined();
  });
});

describe("open on loopback", () => {
  let service: Service;
  beforeAll(async () => {
    service = await Service.start();
  });
  afterAll(() => service.close());

  test("answers as localhost only", async () => {
    for (const host of ["localhost:3000", "127.0.0.1", "[::1]:80", "LOCALHOST"]) {
      expect((await service.ask({ url: "/v1/matrices", headers: { host } })).statusCode, host).toBe(200);
    }
    for (const host of [
      "evil.example",
      "localhost.evil.example",
      "127.0.0.1.nip.io",
      "0.0.0.0",
      "localhost:3000:1",
    ]) {
      expect((await service.ask({ url: "/v1/matrices", headers: { host } })).statusCode, host).toBe(421);
    }
  });

  test("takes no change that another site's page sends", async () => {
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ]) {
      expect(
        (await service.post("x", "model,x\na,1\n", headers as never)).statusCode,
        JSON.stringify(headers),
      ).toBe(403);
    }
    expect((await service.ask("/v1/matrices/x")).statusCode).toBe(404);
    const own = await service.post("x", "model,x\na,1\n", {
      origin: "http://localhost",
      "sec-fetch-site": "same-origin",
    });
    expect(own.statusCode).toBe(201);
  });

  test("closes with the first token, and stays closed when it is revoked", async () => {
    const made = await service.json<{ id: string; secret: string }>(
      { method: "POST", url: "/v1/tokens", payload: { name: "first", scopes: ["admin"] } },
      201,
    );
    expect((await service.ask("/v1/matrices")).statusCode).toBe(401);
    expect((await service.ask({ url: "/v1/matrices", headers: bearer(made.secret) })).statusCode).toBe(200);
    await service.json({ method: "DELETE", url: `/v1/tokens/${made.id}`, headers: bearer(made.secret) });
    expect((await service.ask("/v1/matrices")).statusCode).toBe(401);
  });
});

test("a limit of requests a minute is kept per caller, and says when to come back", async () => {
  const service = await Service.start({ ADMIN_TOKEN: ADMIN, PUBLIC_READ: "true", RATE_LIMIT: "5" });
  try {
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++) statuses.push((await service.ask("/v1/matrices")).statusCode);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect(Number((await service.ask("/v1/matrices")).headers["retry-after"])).toBeGreaterThan(0);
    expect((await service.ask({ url: "/v1/matrices", headers: bearer(ADMIN) })).statusCode).toBe(200);
  } finally {
    await service.close();
  }
});
