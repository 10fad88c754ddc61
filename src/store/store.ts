import type { ErrorCode, Problem } from "../errors.js";
import type { ScoreMatrix } from "../matrix/score-matrix.js";
import type { Warning } from "../matrix/warning.js";

/** What the service asks of its database, in its own words. One implementation serves PGlite and PostgreSQL. */
export interface Store {
  readonly matrices: MatrixStore;
  readonly revisions: RevisionStore;
  readonly tokens: TokenStore;
  readonly analyses: AnalysisStore;
  /** Whether other processes use the same database, so that what is claimed there must be asked there. */
  readonly shared: boolean;
  /** Shows this process to the others until the store is closed; its number owns what it computes. */
  join(): Promise<number>;
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

/** What is to be computed, on behalf of whom. */
export interface Claim {
  /** Of the answer. */
  readonly key: string;
  /** JSON; the store does not read it. */
  readonly inquiry: string;
  readonly matrix: string;
  readonly revision: number;
  readonly digest: string;
  /** Estimated milliseconds of one thread. */
  readonly cost: number;
  readonly askedBy: string;
}

/** Where the making of an answer stands: `claimed` for us, `taken` by another or waiting, `answered` already, `busy` where too many wait. */
export type ClaimOutcome = "claimed" | "taken" | "answered" | "busy";

export interface Failure {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly problems: readonly Problem[];
}

export const ANALYSIS_STATES = ["queued", "running", "succeeded", "failed", "cancelled"] as const;
export type AnalysisState = (typeof ANALYSIS_STATES)[number];

export interface NewAnalysis {
  readonly matrix: string;
  readonly revision: number;
  readonly digest: string;
  readonly question: string;
  /** Whether every class was asked, so that the result is a list. */
  readonly every: boolean;
  /** Where the question can be asked again; `null` where it takes a body. */
  readonly url: string | null;
  readonly keys: readonly string[];
  readonly askedBy: string;
}

export interface Analysis extends NewAnalysis {
  readonly id: string;
  readonly status: AnalysisState;
  readonly error: Failure | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  /** By key, of what is not answered yet. */
  readonly underWay: ReadonlyMap<string, number>;
}

/** Answers that outlive the process, claims on those being made, and the analyses that clients come back to. */
export interface AnalysisStore {
  answer(key: string): Promise<Uint8Array | null>;
  keepAnswer(key: string, json: Uint8Array): Promise<void>;
  /** @param options.mostWaiting claims without an owner beyond which nothing more may wait. */
  claim(claim: Claim, options: { owner: number | null; mostWaiting: number }): Promise<ClaimOutcome>;
  /** How many claims of at least this cost somebody has. */
  claimsOf(askedBy: string, atLeast: number): Promise<number>;
  isClaimed(key: string): Promise<boolean>;
  /** Those of the waiting claims that are now the owner's. */
  take(keys: readonly string[], owner: number): Promise<readonly Claim[]>;
  /** Keeps the answer and ends the analyses that waited for it; false, and nothing done, where the claim is not the owner's any more. */
  succeed(key: string, owner: number, json: Uint8Array): Promise<boolean>;
  fail(key: string, owner: number, failure: Failure): Promise<boolean>;
  /** Gives claims back to the queue. */
  release(owner: number): Promise<void>;
  /** Notes progress; answers which of the keys are still the owner's. */
  beat(owner: number, progress: ReadonlyMap<string, number>): Promise<ReadonlySet<string>>;
  /** Puts back what dead processes were computing; what three died over fails. */
  recover(): Promise<void>;
  /** Keys that have waited for at least so long, the oldest first. */
  waiting(options: { ms: number; limit: number }): Promise<readonly string[]>;
  countWaiting(): Promise<number>;
  /** Drops a claim that no analysis needs; true where none does. */
  abandon(key: string): Promise<boolean>;
  /** Records an analysis with claims on what is not answered yet; one that the same caller waits for already is that one. */
  attach(
    analysis: NewAnalysis,
    claims: readonly Claim[],
    options: { mostWaiting: number },
  ): Promise<{ id: string; toQueue: readonly string[] }>;
  /** @throws {DomainError} `notFound`, `gone` when it was purged. */
  get(id: string): Promise<Analysis>;
  /** Newest first, `before` an id exclusive. */
  list(page: { limit: number; before: string | null }): Promise<readonly Analysis[]>;
  /** Answers the keys that nobody needs any more. @throws {DomainError} as `get`; `conflict` where it has ended. */
  cancel(id: string): Promise<readonly string[]>;
  /** Deletes analyses older than a week, and the oldest answers beyond what is kept. */
  purge(): Promise<void>;
}
