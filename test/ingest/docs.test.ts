import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  BENCHMARK_FIELDS,
  BENCHMARK_HEADERS,
  MODEL_FIELDS,
  MODEL_HEADERS,
  SCORE_HEADERS,
  STANDARD_ERROR_HEADERS,
} from "../../src/ingest/metadata-headers.js";
import { MISSING_SPELLINGS } from "../../src/ingest/parse-cell.js";
import { WARNINGS } from "../../src/ingest/warnings.js";

const docs = readFileSync(new URL("../../docs/formats.md", import.meta.url), "utf8");

test("every header that is read is in the documentation", () => {
  const lists = [MODEL_HEADERS, BENCHMARK_HEADERS, SCORE_HEADERS, STANDARD_ERROR_HEADERS];
  for (const headers of lists) expect(docs).toContain(headers.map((header) => `\`${header}\``).join(", "));
  for (const [field, { headers }] of Object.entries(MODEL_FIELDS))
    expect(docs).toContain(`| \`${field}\` | ${headers.map((header) => `\`${header}\``).join(", ")} |`);
  for (const { headers } of Object.values(BENCHMARK_FIELDS))
    for (const header of headers.filter((text) => !text.includes("display")))
      expect(docs).toContain(`\`${header}\``);
});

test("every warning and every word for a missing score is in the documentation", () => {
  for (const code of Object.keys(WARNINGS)) expect(docs).toContain(`\`${code}\``);
  for (const spelling of MISSING_SPELLINGS) expect(docs.toLowerCase()).toContain(`\`${spelling}\``);
});
