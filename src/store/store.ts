import type { ScoreMatrix } from "../matrix/score-matrix.js";
import type { Warning } from "../matrix/warning.js";

/** What the service asks of its database, in its own words. One implementation serves PGlite and PostgreSQL. */
export interface Store {
  readonly matrices: MatrixStore;
  readonly revisions: RevisionStore;
  readonly tokens: TokenStore;
  /** Runs `work` in one transaction, at most once for a key, and keeps its reply with what it wrote. */
  once(request: OnceRequest, work: (transaction: Transaction) => Promise<KeptReply>): Promise<OnceReply>;
  /** Resolves when the database answers; rejects otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** An open transaction of the store; opaque outside it. */
export type Transaction = { readonly __transaction: unique symbol };

export interface MatrixSummary {
  readonly name: string;
  readonly createdAt: Date;
  readonly latest: RevisionSummary;
}

export interface MatrixStore {
  /** Living matrices by name, `after` a name exclusive. */
  list(page: { limit: number; after: string | null }): Promise<readonly MatrixSummary[]>;
  /** @throws {DomainError} `notFound`, or `gone` while it can be restored. */
  get(name: string): Promise<MatrixSummary>;
  /** A tombstone. @throws {DomainError} `notFound`, `gone`, `preconditionFailed`. */
  remove(name: string, options: { ifMatch: readonly string[] | null }): Promise<{ restorableUntil: Date }>;
  /** @throws {DomainError} `notFound`, also when 30 days have passed; `conflict` when it is not deleted. */
  restore(name: string): Promise<MatrixSummary>;
  /** Deletes for good what was removed more than 30 days before `now`; its numbers stay used. */
  purge(now: Date): Promise<number>;
}

/** What the 201 of a post says, and `…/revisions/{revision}` again later. */
export interface RevisionSummary {
  readonly matrix: string;
  readonly revision: number;
  readonly digest: string;
  readonly title: string | null;
  readonly createdAt: Date;
  /** Id of the token that posted it; `null` in open loopback mode and for the bundled matrix. */
  readonly createdBy: string | null;
  readonly models: number;
  readonly benchmarks: number;
  readonly scores: number;
  readonly missing: number;
  readonly classes: Readonly<Record<string, number>>;
  readonly warnings: readonly Warning[];
}

export interface Composed {
  readonly matrix: ScoreMatrix;
  readonly warnings: readonly Warning[];
}

export interface AppendRequest {
  readonly name: string;
  /** Called under the matrix's row lock with the latest revision; pure; its DomainErrors pass through. */
  readonly compose: (latest: ScoreMatrix | null) => Composed;
  /** Entity tags of which the latest revision's must be one; `null`: no condition; `["*"]`: must exist. */
  readonly ifMatch: readonly string[] | null;
  readonly createdBy: string | null;
}

export interface RevisionStore {
  /**
   * Appends an immutable revision, creating the matrix if new; content (digest and description) equal to the latest answers
   * with the latest. @throws {DomainError} `gone`, `preconditionFailed`, and whatever `compose` throws.
   */
  append(
    request: AppendRequest,
    transaction?: Transaction,
  ): Promise<{ created: boolean; revision: RevisionSummary }>;
  /** Newest first, `before` a number exclusive. @throws {DomainError} `notFound`, `gone`. */
  list(name: string, page: { limit: number; before: number | null }): Promise<readonly RevisionSummary[]>;
  /** @throws {DomainError} `notFound`, `gone`. */
  summary(name: string, revision: number | "latest"): Promise<RevisionSummary>;
  /** The matrix itself. @throws {DomainError} `notFound`, `gone`. */
  matrix(name: string, revision: number): Promise<ScoreMatrix>;
}

export const SCOPES = ["read", "write", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

export interface TokenStore {
  /** The secret is shown once and kept only as SHA-256. */
  create(token: { name: string; scopes: readonly Scope[] }): Promise<{ token: Token; secret: string }>;
  list(): Promise<readonly Token[]>;
  /** @throws {DomainError} `notFound`. Idempotent. */
  revoke(id: string): Promise<Token>;
  /** The living token of a secret, or `null`; at most a second stale on PostgreSQL. */
  verify(secret: string): Promise<Token | null>;
  /** Whether any token was ever made, revoked or not: revoking the last one must not open the service. */
  any(): Promise<boolean>;
}

export interface OnceRequest {
  /** Who asks for what: token id (or `open`) and route. */
  readonly scope: string;
  readonly key: string;
  readonly bodyHash: string;
}

export interface KeptReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface OnceReply {
  readonly reply: KeptReply;
  /** Whether it was kept from an earlier request. */
  readonly replayed: boolean;
}
