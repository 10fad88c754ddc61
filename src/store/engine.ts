import type { Prisma } from "./generated/client.js";

export type Log = (message: string) => void;

/** A migrated database that Prisma can speak to, and what differs between the two kinds. */
export interface Engine {
  readonly kind: "embedded" | "postgresql";
  readonly adapter: NonNullable<Prisma.PrismaClientOptions["adapter"]>;
  /** How many transactions may be under way at once. */
  readonly transactions: number;
  /** For how many milliseconds what was read may be believed; 0: for good, since nobody else writes. */
  readonly freshFor: number;
  /** `run` when the exclusive hold on the database is lost. */
  onLost(run: () => void): void;
  /** Shows this process to others on the same database, until closed; answers its number. */
  join(): Promise<number>;
  close(): Promise<void>;
}
