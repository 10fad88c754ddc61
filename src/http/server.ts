import type { IncomingMessage } from "node:http";
import fastifyCompress from "@fastify/compress";
import fastifyCors from "@fastify/cors";
import fastifyHelmet from "@fastify/helmet";
import fastifyRateLimit from "@fastify/rate-limit";
import fastifySwaggerUi from "@fastify/swagger-ui";
import Fastify, { type FastifyInstance, LogController } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-zod-openapi";
import { DomainError } from "../errors.js";
import type { Engine } from "../jobs/engine.js";
import type { Store } from "../store/store.js";
import { readBodies } from "./bodies.js";
import { type AccessRules, admitCallers } from "./caller.js";
import { guardOpenMode } from "./doorkeeper.js";
import { answerFailures, frameworkFailure, parserFailure } from "./failures.js";
import { measureEngine, measureRequests } from "./metrics.js";
import { describeApi } from "./openapi.js";
import { parseQuery, refuseBadQueries } from "./query.js";
import { analysisRoutes } from "./routes/analyses.js";
import { checkRoutes } from "./routes/check.js";
import { matrixRoutes } from "./routes/matrices.js";
import { pageRoutes } from "./routes/page.js";
import { type PostingLimits, postingRoutes } from "./routes/posting.js";
import { processRoutes } from "./routes/process.js";
import { questionRoutes } from "./routes/questions.js";
import { revisionRoutes } from "./routes/revisions.js";
import { tokenRoutes } from "./routes/tokens.js";

export interface ServerSettings extends AccessRules {
  readonly limits: PostingLimits;
  /** Requests a minute for a token or address; off in open loopback mode. */
  readonly rateLimit: number;
  readonly corsOrigins: readonly string[];
  readonly trustProxy: boolean | string;
  readonly logLevel: string;
}

export interface ServerParts {
  readonly store: Store;
  readonly engine: Engine;
}

/** The HTTP service, ready to listen or to be asked with `inject`. */
export async function createServer(parts: ServerParts, settings: ServerSettings): Promise<FastifyInstance> {
  const { store, engine } = parts;
  const { answers, analyses } = engine;
  const app = Fastify({
    logger: { level: settings.logLevel, redact: ["req.headers.authorization"] },
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: settings.trustProxy,
    bodyLimit: settings.limits.json,
    requestTimeout: 120_000,
    keepAliveTimeout: 72_000,
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 1_000, maxHeaderSize: 16_384 },
    forceCloseConnections: "idle",
    return503OnClosing: false,
    routerOptions: { querystringParser: parseQuery, maxParamLength: 512, ignoreTrailingSlash: true },
    rewriteUrl: originForm,
    genReqId: () => crypto.randomUUID(),
    frameworkErrors: frameworkFailure,
    clientErrorHandler: parserFailure,
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  answerFailures(app);
  logRequests(app);
  closeWhenAnswered(app);
  const registry = measureRequests(app);
  measureEngine(registry, engine);

  if (settings.corsOrigins.length > 0) {
    await app.register(fastifyCors, {
      origin: [...settings.corsOrigins],
      exposedHeaders: [
        "etag",
        "link",
        "location",
        "preference-applied",
        "retry-after",
        "x-request-id",
        "idempotency-replayed",
      ],
    });
  }
  refuseBadQueries(app);
  admitCallers(app, store, settings);
  guardOpenMode(app);
  guardReplies(app);
  await app.register(fastifyRateLimit, {
    max: settings.rateLimit,
    timeWindow: "1 minute",
    keyGenerator: (request) => request.caller?.id ?? request.ip,
    allowList: (request) => request.caller?.id === "open",
    errorResponseBuilder: (_request, { ttl }) =>
      new DomainError("rateLimited", "too many requests", [], 0, Math.ceil(ttl / 1_000)),
  });
  await app.register(fastifyCompress, {
    globalDecompression: false,
    threshold: 1_024,
    encodings: ["br", "gzip"],
  });
  readBodies(app, settings.limits);
  await describeApi(app);

  await app.register(matrixRoutes, { store });
  await app.register(postingRoutes, { store, limits: settings.limits });
  await app.register(revisionRoutes, { store });
  await app.register(questionRoutes, { store, answers, analyses });
  await app.register(checkRoutes, { store, answers, analyses });
  await app.register(analysisRoutes, { answers, analyses });
  await app.register(tokenRoutes, { store });
  await app.register(processRoutes, { store, registry });
  await app.register(async (pages) => {
    await pages.register(fastifyHelmet, {
      contentSecurityPolicy: { useDefaults: false, directives: PAGE_POLICY },
    });
    await pages.register(fastifySwaggerUi, { routePrefix: "/docs", uiConfig: { docExpansion: "list" } });
    await pages.register(pageRoutes, { store, answers });
  });
  await app.ready();
  return app;
}

/** Pages load nothing from elsewhere and run no inline script. */
const PAGE_POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", "data:"],
  connectSrc: ["'self'"],
  fontSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};

/** Data is never a page: no browser may guess at its type, run it or frame it. */
const DATA_HEADERS = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
};

/** The host of an absolute-form target counts, and `Host` does not (RFC 9112, 3.2.2). */
function originForm(request: IncomingMessage): string {
  const url = request.url ?? "/";
  const [, host, path = ""] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(url) ?? [];
  if (host === undefined) return url;
  request.headers.host = host;
  return path.startsWith("/") ? path : `/${path}`;
}

/** Within the time that a process is given to stop; a body that never ends is cut off then. */
const LONGEST_ANSWER_MS = 8_000;

/** Once the last request in flight is answered, connections that never sent one must not hold up closing. */
function closeWhenAnswered(app: FastifyInstance): void {
  let inFlight = 0;
  app.addHook("onRequest", (_request, _reply, done) => {
    inFlight += 1;
    done();
  });
  app.addHook("onResponse", (_request, _reply, done) => {
    inFlight -= 1;
    done();
  });
  app.addHook("preClose", (done) => {
    const deadline = performance.now() + LONGEST_ANSWER_MS;
    const watch = setInterval(() => {
      if (inFlight > 0 && performance.now() < deadline) return;
      if (inFlight > 0) app.log.warn({ inFlight }, "cut off: not answered in time");
      clearInterval(watch);
      app.server.closeAllConnections();
    }, 100);
    watch.unref();
    done();
  });
}

/** One line a request, with the id that the reply carries too. */
function logRequests(app: FastifyInstance): void {
  app.addHook("onRequest", (request, reply, done) => {
    reply.header("x-request-id", request.id);
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    const { method, url, ip } = request;
    request.log.info(
      { method, url: url.slice(0, 500), ip, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      "request",
    );
    done();
  });
}

/** What every reply carries; and where anyone needs a token, no shared cache may keep one. */
function guardReplies(app: FastifyInstance): void {
  app.addHook("onSend", (request, reply, payload, done) => {
    // Pages have set their own policy by now.
    if (!reply.raw.hasHeader("content-security-policy")) reply.headers(DATA_HEADERS);
    const open = request.caller?.open === true;
    const vary = [reply.getHeader("vary"), "Accept", ...(open ? [] : ["Authorization"])];
    reply.header("vary", vary.flat().filter(Boolean).join(", "));
    const control = reply.getHeader("cache-control");
    if (!open && control !== "no-store") {
      reply.header("cache-control", control === undefined ? "private" : `private, ${String(control)}`);
    }
    done(null, payload);
  });
}
