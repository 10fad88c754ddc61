import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyRequest, RouteOptions } from "fastify";
import { DomainError } from "../errors.js";
import { SCOPES, type Scope, type Store } from "../store/store.js";

/** What a route asks of its caller; `public` asks nothing. */
export type RouteScope = Scope | "public";

export interface Caller {
  /** Token id, `admin` for ADMIN_TOKEN, `open` in open loopback mode, `null` without any. */
  readonly id: string | null;
  readonly scopes: ReadonlySet<Scope>;
  /** Bound to loopback, and no token was ever configured: whoever can connect may do everything. */
  readonly open: boolean;
  /** A credential was sent and is not valid. */
  readonly refused: boolean;
}

declare module "fastify" {
  interface FastifyContextConfig {
    scope?: RouteScope;
  }
  interface FastifyRequest {
    caller: Caller;
  }
}

export interface AccessRules {
  readonly loopback: boolean;
  readonly adminToken: string | null;
  readonly publicRead: boolean;
}

const EVERY_SCOPE: ReadonlySet<Scope> = new Set(SCOPES);
const NOBODY: Caller = { id: null, scopes: new Set(), open: false, refused: false };
const READER: Caller = { ...NOBODY, scopes: new Set<Scope>(["read"]) };
const OPEN: Caller = { id: "open", scopes: EVERY_SCOPE, open: true, refused: false };

/** Says who asks on every request, and lets each route's scope decide, before any body is read. */
export function admitCallers(app: FastifyInstance, store: Store, rules: AccessRules): void {
  app.addHook("onRoute", (route) => {
    if (isPluginRoute(route)) route.config = { ...route.config, scope: "public" };
    if (route.config?.scope === undefined) throw new Error(`route ${route.url} names no scope`);
  });
  app.decorateRequest("caller");
  app.addHook("onRequest", async (request) => {
    request.caller = await identify(request, store, rules);
  });
  app.addHook("preParsing", (request, _reply, _payload, done) => {
    if (!request.is404) authorise(request.caller, request.routeOptions.config.scope ?? "admin");
    done();
  });
}

/** The documentation pages and CORS preflight: plugins' own routes, which hold no scores. */
function isPluginRoute({ url, method }: RouteOptions): boolean {
  return /^\/docs(\/|$)/.test(url) || method === "OPTIONS";
}

/** The one place that decides whether a caller may. */
function authorise(caller: Caller, scope: RouteScope): void {
  if (scope === "public" || caller.scopes.has(scope)) return;
  if (caller.refused) throw new DomainError("unauthorized", "this token is not valid, or was revoked");
  if (caller.id === null)
    throw new DomainError("unauthorized", `this takes a bearer token with scope ${scope}`);
  throw new DomainError("forbidden", `this token lacks the scope ${scope}`);
}

async function identify(request: FastifyRequest, store: Store, rules: AccessRules): Promise<Caller> {
  const secret = bearer(request.headers.authorization);
  if (rules.loopback && rules.adminToken === null && !(await store.tokens.any())) return OPEN;
  if (secret === undefined) return rules.publicRead ? READER : NOBODY;
  if (secret === null) return { ...NOBODY, refused: true };
  if (rules.adminToken !== null && same(secret, rules.adminToken)) {
    return { ...NOBODY, id: "admin", scopes: EVERY_SCOPE };
  }
  const token = await store.tokens.verify(secret);
  if (token === null) return { ...NOBODY, refused: true };
  return { ...NOBODY, id: token.id, scopes: new Set(token.scopes.includes("admin") ? SCOPES : token.scopes) };
}

/** The secret of an Authorization header; `null` where it is no bearer token. */
function bearer(header: string | undefined): string | null | undefined {
  if (header === undefined) return undefined;
  return /^Bearer ([\w~+/.-]{1,512}=*)$/i.exec(header)?.[1] ?? null;
}

/** Digests have one length, so that the comparison takes the same time whatever was sent. */
function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
