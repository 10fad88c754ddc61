import { availableParallelism } from "node:os";
import * as z from "zod";

const MEBIBYTE = 2 ** 20;

/** `64MiB`, `256MB` or a plain number of bytes. */
const bytes = z
  .string()
  .regex(/^\d{1,12}\s*(B|KiB|MiB|GiB|KB|MB|GB)?$/i, "is a size such as 64MiB")
  .transform((text) => {
    const [, digits, unit = "B"] = /^(\d+)\s*([A-Za-z]*)$/.exec(text) ?? [];
    return Number(digits) * (UNIT[unit.toLowerCase() || "b"] ?? 1);
  });
const UNIT: Readonly<Record<string, number>> = {
  b: 1,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
};

const flag = z.enum(["true", "false", "1", "0"]).transform((text) => text === "true" || text === "1");
const count = z.coerce.number().int().min(1);

const environment = z.object({
  HOST: z.string().min(1).default("127.0.0.1"),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  DATA_DIR: z.string().min(1).default(".decorrelate"),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  ADMIN_TOKEN: z
    .string()
    .min(32, "has fewer than 32 characters")
    .max(512)
    .regex(/^[\w~+/.-]+=*$/, "may have letters, digits and _ ~ + / . - only, as a bearer token")
    .optional(),
  PUBLIC_READ: flag.default(false),
  CORS_ORIGINS: z
    .string()
    .default("")
    .transform((text) => text.split(/[\s,]+/).filter((origin) => origin !== "")),
  TRUST_PROXY: z
    .string()
    .regex(
      /^(true|false|(loopback|linklocal|uniquelocal|[\da-fA-F.:]+(\/[\d.]+)?)(\s*,\s*(loopback|linklocal|uniquelocal|[\da-fA-F.:]+(\/[\d.]+)?))*)$/,
      "is true, false, or addresses separated by commas",
    )
    .default("false")
    .transform((text) => (text === "true" ? true : text === "false" ? false : text)),
  RATE_LIMIT: count.default(600),
  MAX_BODY_JSON: bytes.default(64 * MEBIBYTE),
  MAX_BODY_CSV: bytes.default(256 * MEBIBYTE),
  MAX_CELLS: count.default(10_000_000),
  ANSWER_CACHE_MB: count.default(128),
  WORKERS: z.coerce.number().int().min(0).max(256).default(availableParallelism()),
  WORKER_MEMORY_MB: z.coerce.number().int().min(48).max(65_536).default(2_048),
  MAX_COST: count.default(600_000),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
});

/** A setting that is wrong, said so that an operator can mend it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

export type Config = ReturnType<typeof readConfig>;

/**
 * The process's settings; nothing else reads the environment.
 *
 * @throws {ConfigError} naming each variable that is wrong; and where the service would be bound beyond loopback without `ADMIN_TOKEN`.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>) {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; "),
    );
  }
  const e = parsed.data;
  const loopback = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/.test(e.HOST);
  if (!loopback && e.ADMIN_TOKEN === undefined) {
    throw new ConfigError(
      `HOST is ${e.HOST}, which others can reach: set ADMIN_TOKEN to at least 32 characters`,
    );
  }
  if (e.WORKERS === 0 && e.DATABASE_URL === undefined) {
    throw new ConfigError("WORKERS is 0, which takes DATABASE_URL and other processes that compute");
  }
  return {
    host: e.HOST,
    port: e.PORT,
    loopback,
    database: e.DATABASE_URL === undefined ? { dataDir: e.DATA_DIR } : { databaseUrl: e.DATABASE_URL },
    adminToken: e.ADMIN_TOKEN ?? null,
    publicRead: e.PUBLIC_READ,
    corsOrigins: e.CORS_ORIGINS,
    trustProxy: e.TRUST_PROXY,
    rateLimit: e.RATE_LIMIT,
    limits: { json: e.MAX_BODY_JSON, csv: e.MAX_BODY_CSV, cells: e.MAX_CELLS },
    answerCacheBytes: e.ANSWER_CACHE_MB * MEBIBYTE,
    computing: { threads: e.WORKERS, threadMegabytes: e.WORKER_MEMORY_MB, mostCost: e.MAX_COST },
    logLevel: e.LOG_LEVEL,
  } as const;
}

/** What the engine is started with, here and in `npm run worker`. */
export function engineSettings({ computing, answerCacheBytes, database }: Config) {
  const databaseUrl = "databaseUrl" in database ? database.databaseUrl : null;
  return { ...computing, answerCacheBytes, databaseUrl };
}
