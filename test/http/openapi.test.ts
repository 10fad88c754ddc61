import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { openapiYaml } from "../../scripts/openapi-yaml.js";

type Node = { readonly [key: string]: unknown };
const committed = readFileSync(new URL("../../openapi.yaml", import.meta.url), "utf8");

test("openapi.yaml is what the routes say: npm run openapi writes it", async () => {
  expect(committed === (await openapiYaml())).toBe(true);
});

test("no schema of it is empty, and every operation says what it is for", () => {
  const document = parse(committed) as { openapi: string; paths: Record<string, Record<string, Node>> };
  expect(document.openapi).toBe("3.1.0");
  const empty: string[] = [];
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      const isEmpty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
      if (key === "schema" && isEmpty) empty.push(`${path}/${key}`);
      walk(value, `${path}/${key}`);
    }
  };
  walk(document, "");
  expect(empty).toEqual([]);
  for (const methods of Object.values(document.paths)) {
    for (const operation of Object.values(methods)) {
      expect(operation.summary, String(operation.operationId)).toBeTruthy();
      expect(operation.operationId).toBeTruthy();
    }
  }
});
