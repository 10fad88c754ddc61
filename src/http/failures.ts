import type { Socket } from "node:net";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { RequestValidationError } from "fastify-zod-openapi";
import { DomainError, type ErrorCode, type Place, Problems } from "../errors.js";
import { pointerTo } from "../ingest/pointer.js";
import { PROBLEM_JSON, problemReply, STATUS } from "./problem.js";

/** What Fastify and its plugins throw, in our codes; what is not listed goes by its status. */
const CODE_OF_FASTIFY: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "unsupportedMediaType",
  FST_ERR_CTP_EMPTY_TYPE: "unsupportedMediaType",
  FST_ERR_CTP_BODY_TOO_LARGE: "tooLarge",
  FST_REQ_FILE_TOO_LARGE: "tooLarge",
  FST_PARTS_LIMIT: "tooLarge",
  FST_FILES_LIMIT: "tooLarge",
  FST_FIELDS_LIMIT: "tooLarge",
};
const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: "unauthorized",
  403: "forbidden",
  404: "notFound",
  406: "notAcceptable",
  408: "timedOut",
  413: "tooLarge",
  415: "unsupportedMediaType",
  429: "rateLimited",
  503: "unavailable",
};

/** Every failure of a route is answered here, as problem+json. */
export function answerFailures(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | DomainError, request, reply) => {
    sendProblem(asDomainError(error), error, request, reply);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?", 1)[0] ?? "";
    const error = new DomainError(
      "notFound",
      `there is no ${request.method} ${path.slice(0, 200)}; see /docs`,
    );
    sendProblem(error, error, request, reply);
  });
}

function sendProblem(error: DomainError, cause: Error, request: FastifyRequest, reply: FastifyReply): void {
  const status = STATUS[error.code];
  const deliberate = cause === error && error.code === "unavailable" && error.cause === undefined;
  if (status >= 500 && !deliberate) request.log.error({ err: cause }, "request failed");
  else request.log.debug({ code: error.code }, error.message);
  if (error.retryAfter !== undefined) reply.header("retry-after", error.retryAfter);
  if (error.code === "unauthorized") reply.header("www-authenticate", 'Bearer realm="decorrelate"');
  reply.removeHeader("etag");
  void reply
    .code(status)
    .header("cache-control", "no-store")
    .type(PROBLEM_JSON)
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problemReply(error, request.id));
}

/** Bad URLs, over-long parameters: Fastify answers these before any route is found. */
export function frameworkFailure(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  sendProblem(new DomainError("unreadable", error.message), error, request, reply);
}

/** Requests that Node's parser refuses have no request object; the reply is written by hand. */
export function parserFailure(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return;
  const failure =
    PARSER_FAILURE[error.code ?? ""] ?? new DomainError("unreadable", "this is not an HTTP/1.1 request");
  const body = JSON.stringify(problemReply(failure));
  const { status, title } = problemReply(failure);
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\ncontent-type: ${PROBLEM_JSON}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

const PARSER_FAILURE: Readonly<Record<string, DomainError>> = {
  HPE_HEADER_OVERFLOW: new DomainError("tooLarge", "the request's headers are larger than 16 KiB"),
  ERR_HTTP_REQUEST_TIMEOUT: new DomainError("timedOut", "the request did not arrive in time"),
};

function asDomainError(error: FastifyError | DomainError): DomainError {
  if (error instanceof DomainError) return error;
  if (error.validation !== undefined) return validationFailure(error);
  const status = error.statusCode ?? 500;
  if (status >= 500) {
    const code = status === 503 ? "unavailable" : "internal";
    return new DomainError(
      code,
      code === "unavailable"
        ? error.message
        : "something failed on our side; the log has it under the request id",
    );
  }
  const code = CODE_OF_FASTIFY[error.code] ?? CODE_OF_STATUS[status] ?? "unreadable";
  return new DomainError(code, error.message);
}

function validationFailure(error: FastifyError): DomainError {
  const problems = new Problems();
  const context = error.validationContext ?? "body";
  for (const { params, message } of error.validation as unknown as RequestValidationError[]) {
    const { issue } = params;
    const unknown = issue.code === "unrecognized_keys" ? issue.keys : [null];
    for (const key of unknown) {
      const path = key === null ? issue.path : [...issue.path, key];
      problems.add(placeOf(context, path), key === null ? message : "is not known here");
    }
  }
  try {
    problems.throwIfAny("invalid");
  } catch (failure) {
    if (failure instanceof DomainError) {
      const [first] = failure.problems;
      const where = first?.parameter ?? first?.pointer ?? context;
      return new DomainError(
        "invalid",
        `${where}: ${failure.message}`,
        failure.problems,
        failure.moreProblems,
      );
    }
  }
  return new DomainError("invalid", error.message);
}

function placeOf(context: string, path: readonly PropertyKey[]): Place {
  if (context === "body") return { pointer: pointerTo(path) };
  return { parameter: String(path[0] ?? context).slice(0, 80) };
}
