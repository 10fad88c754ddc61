import { DomainError } from "../errors.js";
import { Gate } from "./gate.js";
import type { Prisma, PrismaClient } from "./generated/client.js";
import type { Transaction } from "./store.js";
import { understood } from "./understood.js";

export type Sql = Prisma.TransactionClient;

/** What a room of the store needs to know of a transaction under way. */
export interface OpenTransaction {
  readonly sql: Sql;
  /** Runs only once what was written is there for all to see. */
  afterCommit(run: () => void): void;
  /** Runs however it ends: a connection lost while committing leaves the outcome unknown. */
  afterEnd(run: () => void): void;
}

/** A post of ten million cells may queue behind others of its size. */
const PATIENCE = { maxWait: 60_000, timeout: 300_000 };

/** The only way to the database, so that its failures are put into our own words in one place. */
export class Database {
  readonly #prisma: PrismaClient;
  readonly #gate: Gate;
  #refusal: DomainError | null = null;

  constructor(prisma: PrismaClient, options: { readonly transactions: number }) {
    this.#prisma = prisma;
    this.#gate = new Gate(options.transactions);
  }

  /** Never inside `transact`: on the embedded store it would wait for the transaction that waits for it. */
  read<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#guarded(() => work(this.#prisma));
  }

  transact<T>(work: (transaction: OpenTransaction) => Promise<T>): Promise<T> {
    return this.#gate.pass(() => this.#guarded(() => this.#transact(work)));
  }

  async ping(): Promise<void> {
    await this.read((sql) => sql.$queryRaw`SELECT 1`);
  }

  /** From now on every request is answered so: the lock is lost, or the store is closed. */
  refuse(reason: string): void {
    this.#refusal = new DomainError("unavailable", reason);
  }

  async close(): Promise<void> {
    this.refuse("The store is closed.");
    await this.#prisma.$disconnect();
  }

  async #transact<T>(work: (transaction: OpenTransaction) => Promise<T>): Promise<T> {
    const committed: (() => void)[] = [];
    const ended: (() => void)[] = [];
    const open = (sql: Sql): OpenTransaction => ({
      sql,
      afterCommit: (run) => committed.push(run),
      afterEnd: (run) => ended.push(run),
    });
    try {
      const result = await this.#prisma.$transaction((sql) => work(open(sql)), PATIENCE);
      for (const run of ended) run();
      for (const run of committed) run();
      return result;
    } catch (error) {
      for (const run of ended) run();
      throw error;
    }
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    if (this.#refusal !== null) throw this.#refusal;
    try {
      return await work();
    } catch (error) {
      throw understood(error);
    }
  }
}

export function seal(transaction: OpenTransaction): Transaction {
  return transaction as unknown as Transaction;
}

export function unseal(transaction: Transaction): OpenTransaction {
  return transaction as unknown as OpenTransaction;
}
