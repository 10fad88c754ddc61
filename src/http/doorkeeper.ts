import type { FastifyInstance, FastifyRequest } from "fastify";
import { DomainError } from "../errors.js";

const LOCAL_NAMES: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Open loopback mode trusts whoever can connect, so a web page that the user visits must not pass for them:
 * other Host names are refused (DNS rebinding), and so are changes that another site's page sends.
 */
export function guardOpenMode(app: FastifyInstance): void {
  app.addHook("onRequest", (request, _reply, done) => {
    if (request.caller.open) {
      requireLocalName(request);
      if (!["GET", "HEAD", "OPTIONS"].includes(request.method)) requireSameSite(request);
    }
    done();
  });
}

function requireLocalName(request: FastifyRequest): void {
  const host = request.headers.host ?? "";
  if (LOCAL_NAMES.has(host.replace(/:\d{1,5}$/, "").toLowerCase())) return;
  throw new DomainError(
    "wrongHost",
    "without tokens this service answers only as localhost, 127.0.0.1 or [::1]",
  );
}

function requireSameSite(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  const site = request.headers["sec-fetch-site"];
  const foreignSite = typeof site === "string" && site !== "same-origin" && site !== "none";
  const foreignOrigin = origin !== undefined && origin !== `http://${host}`;
  if (foreignSite || foreignOrigin) {
    throw new DomainError(
      "crossSite",
      "without tokens this service takes no changes from other sites' pages",
    );
  }
}
