import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundledTable } from "../../src/cli/bundled-table.js";
import { Service } from "../http/service.js";

const file = new URL("../../README.md", import.meta.url);
const BLOCK = /<!-- bundled-table -->\n```\n[\s\S]*?```\n<!-- \/bundled-table -->/;

let service: Service;
beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => service.close());

test("README shows the table that npm start prints (UPDATE_README=1 rewrites it)", async () => {
  const printed = (await bundledTable(service.server, "safetywashing-2024", null)).trim();
  const block = `<!-- bundled-table -->\n\`\`\`\n${printed}\n\`\`\`\n<!-- /bundled-table -->`;
  const text = readFileSync(file, "utf8");
  if (process.env.UPDATE_README !== undefined)
    writeFileSync(
      file,
      text.replace(BLOCK, () => block),
    );
  expect(BLOCK.exec(readFileSync(file, "utf8"))?.[0]).toBe(block);
});

test("the commands of README do what its text says", async () => {
  const text = readFileSync(file, "utf8");
  const csv = /<<'CSV'\n([\s\S]*?)CSV\n/.exec(text)?.[1] as string;
  const query = /\/v1\/matrices\/mine\/revisions(\?[^']+)'/.exec(text)?.[1];
  const posted = await service.post("mine", csv, {}, query);
  expect(posted.statusCode, posted.body).toBe(201);
  for (const [, url] of text.matchAll(/curl '?http:\/\/127\.0\.0\.1:3000(\/v1\/matrices\/[^' ]+)'/g)) {
    expect((await service.ask(url as string)).statusCode, url).toBe(200);
  }
  const mine = await service.json<{
    correlations: { rho: number; interval: { low: number; high: number }; verdict: string; reason: string }[];
  }>("/v1/matrices/mine/correlations?benchmark=my_safety_bench");
  const [row] = mine.correlations;
  const figures = [row?.rho, row?.interval.low, row?.interval.high].map((x) =>
    x?.toFixed(2).replace("-", "−"),
  );
  expect(text).toContain(
    `ρ = ${figures[0]} over five models, with an interval from ${figures[1]} to ${figures[2]}`,
  );
  expect(text).toContain(`The verdict is \`${row?.verdict}\` (\`${row?.reason}\`)`);
  const body = /\/v1\/check -H 'content-type: application\/json' -d '([^']+)'/.exec(text)?.[1] as string;
  const checked = await service.json<{ conclusion: string; matched: unknown[]; unmatched: unknown[] }>({
    method: "POST",
    url: "/v1/check",
    headers: { "content-type": "application/json" },
    payload: body,
  });
  expect([checked.matched.length, checked.unmatched.length]).toEqual([8, 1]);
  expect(text.replaceAll("\n", " ")).toContain(checked.conclusion);
});
