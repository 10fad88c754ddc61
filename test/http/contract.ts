import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import type { FastifyInstance } from "fastify";
import type { Response } from "light-my-request";
import { expect } from "vitest";

type Node = Readonly<Record<string, unknown>>;

/**
 * Holds every reply to the OpenAPI document of the server that gave it: its status, its content type and, for JSON, its
 * body must be described for its route. Undocumented routes (pages) must say so by being absent from the document.
 */
export class Contract {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #document: Node;

  constructor(app: FastifyInstance) {
    formats.default(this.#ajv);
    this.#document = JSON.parse(JSON.stringify(app.swagger())) as Node;
    this.#ajv.addSchema({ $id: "openapi", ...this.#document });
  }

  expectKept(method: string, url: string, reply: Response): void {
    if (reply.statusCode === 304) return;
    const path = this.#templateOf(url);
    const described =
      path === undefined ? undefined : this.#responseOf(path, method.toLowerCase(), reply.statusCode);
    const type = String(reply.headers["content-type"] ?? "").split(";", 1)[0] as string;
    if (reply.statusCode >= 400) {
      expect(type, `${method} ${path} ${reply.statusCode}`).toBe("application/problem+json");
      this.#validate("#/components/schemas/Problem", reply.json(), `problem of ${method} ${path}`);
      return;
    }
    if (described === undefined) {
      expect(
        path === undefined || this.#get("paths", path) === undefined,
        `${method} ${path} ${reply.statusCode} is documented`,
      ).toBe(true);
      return;
    }
    const { pointer, content } = described;
    expect(Object.keys(content), `${method} ${path} as ${type}`).toContain(type);
    if (type !== "application/json" || method === "HEAD") return;
    const key = type.replaceAll("~", "~0").replaceAll("/", "~1");
    this.#validate(`${pointer}/content/${key}/schema`, reply.json(), `${method} ${path} ${reply.statusCode}`);
  }

  /** The documented path that a URL belongs to, if any. */
  #templateOf(url: string): string | undefined {
    const path = url.split(/[?#]/, 1)[0] as string;
    const templates = Object.keys(this.#document.paths as Node);
    return templates.find((template) =>
      new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}/?$`).test(path),
    );
  }

  #responseOf(path: string, method: string, status: number): { pointer: string; content: Node } | undefined {
    const responses = this.#get("paths", path, method === "head" ? "get" : method, "responses") as
      | Node
      | undefined;
    if (responses === undefined || !(String(status) in responses)) return undefined;
    const escaped = path
      .replaceAll("~", "~0")
      .replaceAll("/", "~1")
      .replaceAll("{", "%7B")
      .replaceAll("}", "%7D");
    const content = ((responses[String(status)] as Node).content ?? {}) as Node;
    return { pointer: `#/paths/${escaped}/${method}/responses/${status}`, content };
  }

  #get(...keys: string[]): unknown {
    return keys.reduce<unknown>((node, key) => (node as Node | undefined)?.[key], this.#document);
  }

  #validate(pointer: string, body: unknown, what: string): void {
    const valid = this.#ajv.validate({ $ref: `openapi${pointer}` }, body);
    expect(valid, `${what}: ${this.#ajv.errorsText(this.#ajv.errors?.slice(0, 5) ?? [])}`).toBe(true);
  }
}
