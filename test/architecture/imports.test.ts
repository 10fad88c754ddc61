import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const SRC = fileURLToPath(new URL("../../src", import.meta.url));

/** What each room may import of ours. Imports point inward only; `errors` is the shared vocabulary of failure. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  stats: [],
  matrix: ["errors"],
  analysis: ["stats", "matrix", "errors"],
  ingest: ["matrix", "errors"],
  store: ["matrix", "errors"],
  jobs: ["analysis", "matrix", "store", "errors"],
  http: ["analysis", "ingest", "jobs", "matrix", "store", "errors"],
  cli: ["analysis", "http", "ingest", "jobs", "matrix", "store", "errors", "config"],
  errors: [],
  config: [],
  app: ["config", "errors", "http", "ingest", "jobs", "store"],
  main: ["app", "cli", "config", "errors"],
  worker: ["config", "errors", "jobs", "store"],
};

/** The libraries that only one room may know. */
const ONLY_IN: Readonly<Record<string, string>> = {
  "@prisma/": "store",
  "@electric-sql/": "store",
  fastify: "http",
  "@fastify/": "http",
  "ml-pca": "stats",
  "ml-matrix": "stats",
  "simple-statistics": "stats",
  "csv-parse": "ingest",
  piscina: "jobs",
  "pg-boss": "jobs",
  pg: "store",
};

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.includes("generated"))
  .map((file) => join(SRC, file));

interface Import {
  readonly from: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}
const imports: readonly Import[] = files.flatMap((from) =>
  [
    ...readFileSync(from, "utf8").matchAll(
      /^(?:import|export)\s+(type\s)?[^;]*?from "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm,
    ),
  ].map(([, type, named, bare, dynamic]) => ({
    from,
    specifier: named ?? bare ?? dynamic ?? "",
    typeOnly: type !== undefined,
  })),
);

const roomOf = (file: string) => (relative(SRC, file).split(sep)[0] ?? "").replace(/\.[jt]s$/, "");

test("every file of src is read by this test, and has imports", () => {
  expect(files.length).toBeGreaterThan(60);
  expect(imports.length).toBeGreaterThan(files.length);
  expect([...new Set(files.map(roomOf))].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
});

test("imports between rooms point inward only", () => {
  const wrong = imports
    .filter(({ specifier }) => specifier.startsWith("."))
    .map(({ from, specifier }) => ({
      from,
      room: roomOf(from),
      target: roomOf(resolve(dirname(from), specifier)),
    }))
    .filter(({ room, target }) => target !== room && !MAY_IMPORT[room]?.includes(target));
  expect(wrong.map(({ from, target }) => `${relative(SRC, from)} imports ${target}`)).toEqual([]);
});

test("a library has one room", () => {
  const wrong = imports.flatMap(({ from, specifier, typeOnly }) =>
    Object.entries(ONLY_IN)
      .filter(
        ([library, room]) =>
          !typeOnly &&
          (specifier === library || specifier.startsWith(library.endsWith("/") ? library : `${library}/`)) &&
          roomOf(from) !== room,
      )
      .map(([library]) => `${relative(SRC, from)} imports ${library}`),
  );
  expect(wrong).toEqual([]);
});

test("only the configuration reads the environment", () => {
  const readers = files
    .filter((file) => /process\.env/.test(readFileSync(file, "utf8")))
    .map((file) => relative(SRC, file));
  expect(readers.filter((file) => !["main.ts", "worker.ts", `cli${sep}tokens.ts`].includes(file))).toEqual(
    [],
  );
});
