import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { DomainError, quote } from "../errors.js";
import type { Database } from "./database.js";
import type { Token as TokenRow } from "./generated/client.js";
import { ReadThrough } from "./read-through.js";
import type { Scope, Token, TokenStore } from "./store.js";

/** 256 random bits; the prefix lets a leaked secret be recognised. */
const SECRET = /^dcr_[A-Za-z0-9_-]{43}$/;
const MOST_TOKENS = 10_000;

export class Tokens implements TokenStore {
  readonly #database: Database;
  readonly #now: () => Date;
  readonly #kept: ReadThrough<TokenRow>;
  readonly #anyMade: ReadThrough<{ readonly any: boolean }>;

  constructor(database: Database, now: () => Date, freshFor: number) {
    this.#database = database;
    this.#now = now;
    this.#kept = new ReadThrough({ max: MOST_TOKENS, freshFor });
    this.#anyMade = new ReadThrough({ max: 1, freshFor });
  }

  async create({ name, scopes }: { name: string; scopes: readonly Scope[] }) {
    const secret = `dcr_${randomBytes(32).toString("base64url")}`;
    const id = `tok_${randomBytes(9).toString("base64url")}`;
    const data = { id, name, scopes: [...scopes], hash: sha256(secret), createdAt: this.#now() };
    try {
      const row = await this.#database.read((sql) => sql.token.create({ data }));
      return { token: tokenOf(row), secret };
    } finally {
      this.#anyMade.forget("any");
    }
  }

  async list(): Promise<readonly Token[]> {
    const orderBy = [{ createdAt: "asc" }, { id: "asc" }] as const;
    const rows = await this.#database.read((sql) => sql.token.findMany({ orderBy: [...orderBy] }));
    return rows.map(tokenOf);
  }

  async revoke(id: string): Promise<Token> {
    const row = await this.#database.read((sql) => sql.token.findUnique({ where: { id } }));
    if (row === null) throw new DomainError("notFound", `There is no token ${quote(id)}.`);
    try {
      const living = { id, revokedAt: null };
      await this.#database.read((sql) =>
        sql.token.updateMany({ where: living, data: { revokedAt: this.#now() } }),
      );
    } finally {
      this.#kept.forget(hex(row.hash));
    }
    return tokenOf(await this.#database.read((sql) => sql.token.findUniqueOrThrow({ where: { id } })));
  }

  async verify(secret: string): Promise<Token | null> {
    if (!SECRET.test(secret)) return null;
    const hash = sha256(secret);
    const row = await this.#kept.get(hex(hash), () =>
      this.#database.read((sql) => sql.token.findUnique({ where: { hash } })),
    );
    if (row === null || row.revokedAt !== null || !timingSafeEqual(row.hash, hash)) return null;
    return tokenOf(row);
  }

  async any(): Promise<boolean> {
    const made = await this.#anyMade.get("any", async () => {
      const row = await this.#database.read((sql) => sql.token.findFirst());
      return { any: row !== null };
    });
    return made?.any ?? false;
  }
}

function tokenOf({ id, name, scopes, createdAt, revokedAt }: TokenRow): Token {
  return { id, name, scopes: scopes as Scope[], createdAt, revokedAt };
}

function sha256(secret: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash("sha256").update(secret).digest());
}

function hex(hash: Uint8Array): string {
  return Buffer.from(hash).toString("hex");
}
