import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance, InjectOptions } from "fastify";
import type { Response } from "light-my-request";
import { expect } from "vitest";
import { createApp } from "../../src/app.js";
import { readConfig } from "../../src/config.js";
import type { Store } from "../../src/store/store.js";
import { Contract } from "./contract.js";

type Env = Readonly<Record<string, string>>;

/** The real service on an embedded store of its own; every reply is held to the OpenAPI document. */
export class Service {
  private constructor(
    readonly server: FastifyInstance,
    readonly store: Store & { queries(): number },
    readonly contract: Contract,
    readonly close: () => Promise<void>,
  ) {}

  static async start(env: Env = {}): Promise<Service> {
    const dataDir = await mkdtemp(join(tmpdir(), "decorrelate-http-"));
    const { server, store, close } = await createApp(
      readConfig({ DATA_DIR: dataDir, LOG_LEVEL: "silent", ...env }),
    );
    return new Service(server, store, new Contract(server), async () => {
      await close();
      await rm(dataDir, { recursive: true, force: true });
    });
  }

  /** Asks as a local client would. A reply that is not as documented, or any 5xx, fails the test. */
  async ask(request: InjectOptions | string): Promise<Response> {
    const { headers, ...rest } = typeof request === "string" ? { url: request } : request;
    const options = { ...rest, headers: { host: "localhost", ...headers } };
    const reply = await this.server.inject(options);
    expect(
      reply.statusCode,
      `${options.method ?? "GET"} ${String(options.url).slice(0, 200)}: ${reply.body.slice(0, 300)}`,
    ).toBeLessThan(500);
    this.contract.expectKept(options.method ?? "GET", String(options.url), reply);
    return reply;
  }

  async json<Reply>(request: InjectOptions | string, status = 200): Promise<Reply> {
    const reply = await this.ask(request);
    expect(reply.statusCode, reply.body.slice(0, 500)).toBe(status);
    return reply.json<Reply>();
  }

  /** Posts a body to a matrix. */
  post(
    name: string,
    payload: string | Buffer | object,
    headers: Record<string, string> = {},
    query = "",
  ): Promise<Response> {
    const type = typeof payload === "string" ? "text/csv" : "application/json";
    return this.ask({
      method: "POST",
      url: `/v1/matrices/${name}/revisions${query}`,
      headers: { "content-type": type, ...headers },
      payload,
    });
  }
}

/** A small matrix with both kinds, two classes and a gap. */
export const SMALL_CSV = `model,class,mmlu,gsm8k,arc,truth
a,chat,0.1,0.2,0.15,0.9
b,chat,0.2,0.1,0.25,0.7
c,chat,0.3,0.4,0.35,0.8
d,chat,0.5,0.5,0.45,0.4
e,chat,0.6,0.8,0.65,0.5
f,base,0.2,0.3,0.25,0.3
g,base,0.4,0.4,0.35,0.2
h,base,0.7,0.6,0.75,
`;
export const SMALL_QUERY = "?capability=mmlu&capability=gsm8k&capability=arc&safety=truth";
