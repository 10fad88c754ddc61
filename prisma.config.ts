import { defineConfig } from "prisma/config";

/** Only for Prisma's own commands (`generate`, `migrate deploy`); the service migrates by itself at start. */
export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env.DATABASE_URL ?? "" },
});
