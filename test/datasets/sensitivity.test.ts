import { afterAll, beforeAll, expect, test } from "vitest";
import type * as z from "zod";
import type { sensitivity } from "../../src/analysis/sensitivity.js";
import { Service } from "../http/service.js";
import { postReleased } from "./released.js";

type Answer = { [Field in keyof typeof sensitivity.shape]: z.infer<(typeof sensitivity.shape)[Field]> };

let service: Service;
beforeAll(async () => {
  service = await Service.start({ WORKERS: "2" });
  await postReleased(service);
});
afterAll(() => service.close());

const ask = (matrix: string, query: string) =>
  service.json<Answer>({
    url: `/v1/matrices/${matrix}/sensitivity?${query}`,
    headers: { prefer: "wait=60" },
  });
const HUMAN = "benchmark=HarmBench-HumanJailbreaks-all";
const rounded = (x: number | null | undefined) => Number(x?.toFixed(4));

test("HarmBench human jailbreaks, chat: the bounds that METHODS §7 prints, and nothing beyond the reference band", async () => {
  const { rho, bounds } = await ask("released-chat", `${HUMAN}&drop=7`);
  expect(rho?.toFixed(3)).toBe("-0.314");
  const printed = bounds.slice(2, 5).map(({ low, high }) => [rounded(low), rounded(high)]);
  expect(printed).toEqual([
    [-0.5764, -0.0564],
    [-0.6486, 0.0447],
    [-0.7316, 0.1229],
  ]);
  expect(bounds.map(({ exact, beyondBand }) => [exact, beyondBand])).toEqual(
    new Array(7).fill([true, false]),
  );
}, 60_000);

test("ETHICS, chat: the bounds of three dropped", async () => {
  const { bounds } = await ask("released-chat", "benchmark=ethics_all");
  expect([rounded(bounds[2]?.low), rounded(bounds[2]?.high)]).toEqual([0.7431, 0.8972]);
});

test("without one family: −.490 without Llama 3 to −.166 without Mistral, refitted −.494; ETHICS .802 to .832", async () => {
  const familiesOf = async (query: string) => {
    const { leaveOneFamilyOut } = await ask("safetywashing-2024", `class=chat&${query}`);
    const sorted = [...leaveOneFamilyOut].sort((a, b) => (a.rho as number) - (b.rho as number));
    return [sorted[0], sorted.at(-1)].map((one) => [one?.family, one?.rho?.toFixed(3)]);
  };
  expect(await familiesOf(HUMAN)).toEqual([
    ["Llama 3", "-0.490"],
    ["Mistral", "-0.166"],
  ]);
  expect(await familiesOf(`${HUMAN}&refit=true`)).toEqual([
    ["Llama 3", "-0.494"],
    ["Mistral", "-0.166"],
  ]);
  expect((await familiesOf("benchmark=ethics_all")).map(([, rho]) => rho)).toEqual(["0.802", "0.832"]);
});
