import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Effect } from "../../src/analysis/effects.js";
import type { PairedChange } from "../../src/analysis/paired-changes.js";
import type { PathStep } from "../../src/analysis/what-if.js";
import { Service } from "../http/service.js";
import { postReleased } from "./released.js";

/** METHODS §8 on the released full-precision scores. */

let service: Service;
beforeAll(async () => {
  service = await Service.start();
  await postReleased(service);
});
afterAll(() => service.close());

interface WhatIf {
  path: PathStep[];
  firstCrossing: { zero: number | null };
  nearest: { models: number; rho: number };
}

test("WMDP bio, chat, to the best score: `replace` crosses zero at 6 of 26, `add` never, weakest −.082 at 12", async () => {
  const url = "/v1/matrices/released-chat/what-if?benchmark=wmdp_bio";
  const replaced = await service.json<WhatIf>(url);
  expect(replaced.path.slice(0, 7).map(({ rho }) => rho?.toFixed(3))).toEqual([
    "-0.875",
    "-0.674",
    "-0.477",
    "-0.299",
    "-0.149",
    "-0.013",
    "0.112",
  ]);
  expect([replaced.firstCrossing.zero, replaced.path.length - 1]).toEqual([6, 26]);
  const { firstCrossing, nearest } = await service.json<WhatIf>(`${url}&mode=add`);
  expect([firstCrossing.zero, nearest.models, nearest.rho.toFixed(3)]).toEqual([null, 12, "-0.082"]);
});

test("base → chat: 23 pairs of 8 families, with the released scores and the bundled parents", async () => {
  const bundled = JSON.parse(
    readFileSync(new URL("../../data/safetywashing-2024.json", import.meta.url), "utf8"),
  ) as { models: { model: string }[]; benchmarks: { benchmark: string; kind: string }[] };
  const rows = await Promise.all(
    ["base", "chat"].map((name) =>
      service.json<{ scores: { model: string; benchmark: string; score: number }[] }>(
        `/v1/matrices/released-${name}/revisions/latest/scores?layout=tidy`,
      ),
    ),
  );
  const benchmarks = bundled.benchmarks.filter(({ kind }) => kind === "capability");
  const wanted = new Set(benchmarks.map(({ benchmark }) => benchmark));
  const scores = rows.flatMap((body) => body.scores.filter(({ benchmark }) => wanted.has(benchmark)));
  expect(scores.length).toBe(53 * 12);
  expect((await service.post("parents", { models: bundled.models, benchmarks, scores })).statusCode).toBe(
    201,
  );
  const { capability, effects } = await service.json<{ capability: PairedChange; effects: Effect[] }>(
    "/v1/matrices/parents/interventions?class=chat",
  );
  const { pairs, families, meanChange, hodgesLehmann, p, familyP } = capability;
  expect([pairs, families, meanChange?.toFixed(4), hodgesLehmann?.toFixed(4)]).toEqual([
    23,
    8,
    "-0.0300",
    "-0.0276",
  ]);
  expect([p?.toFixed(4), familyP?.toFixed(3)]).toEqual(["0.0024", "0.141"]);
  const winogrande = effects.find(({ benchmark }) => benchmark === "winogrande")?.change;
  expect([winogrande?.falls, winogrande?.pairs]).toEqual([23, 23]);
});
