import { describe, expect, test } from "vitest";
import { computePart, finish, prepare, type Work } from "../../src/analysis/computation.js";
import { firstCrossing } from "../../src/analysis/crossing.js";
import type { PathStep } from "../../src/analysis/what-if.js";
import { answered, answerText, contentOf, contentOfFile, inquiryOf, reversed } from "../asking.js";
import { expectNear, golden } from "../golden.js";

type Rhos = (number | null)[] | null;
interface Crossing {
  zero: number | null;
  threshold: number | null;
}
const { bundled, random, cases } = golden<{
  bundled: (Record<"benchmark" | "mode" | "order" | "to" | "basis" | "correlation", string> & {
    tax: number;
    target: number;
    rho: (number | null)[];
    firstCrossing: Crossing;
  })[];
  random: {
    steps: Record<string, { mean: number; se: number; low: [number, number]; high: [number, number] }[]>;
  };
  cases: {
    cells: (number | null)[][];
    target: (number | null)[];
    chances: (number | null)[];
    direction: string;
    mode: string;
    order: string;
    tax: number;
    to: string;
    named: number[];
    rho: Rhos;
    firstCrossing?: Crossing;
  }[];
}>("what-if");

interface Answer {
  rho: number | null;
  target: number | null;
  path: PathStep[];
  firstCrossing: Crossing;
  nearest: { models: number; rho: number } | null;
  conclusion: string;
  reason: string | null;
  warnings: { code: string }[];
}
const content = contentOfFile("data/safetywashing-2024.json");
const ask = (options: object, of = content) => answered<Answer>(of, "what-if", "chat", options);

describe("on the bundled matrix", () => {
  test.each(
    bundled.map(
      (one) =>
        [
          `${one.benchmark} ${one.mode} ${one.order} ${one.to} tax ${one.tax} ${one.basis} ${one.correlation}`,
          one,
        ] as const,
    ),
  )(
    "numpy refits agree to 1e-9: %s",
    (what, { benchmark, target, rho, firstCrossing: crossing, ...options }) => {
      const found = ask({ benchmark: [benchmark], ...options });
      expectNear(found.target, target, 1e-12, what);
      expect(found.path.length, what).toBe(rho.length);
      for (const [k, { models, rho: own }] of found.path.entries()) {
        expect(models).toBe(k);
        expectNear(own, rho[k] as number | null, 1e-9, `${what}, ${k} treated`);
      }
      expect(found.firstCrossing).toEqual(crossing);
    },
  );

  test("METHODS §8: `replace` crosses zero at 6 of 26, `add` never, its weakest −.082 at 12", () => {
    const { path, firstCrossing: crossing } = ask({ benchmark: ["wmdp_bio"] });
    expect(path.slice(0, 7).map(({ rho }) => rho?.toFixed(3))).toEqual([
      "-0.875",
      "-0.674",
      "-0.477",
      "-0.299",
      "-0.149",
      "-0.013",
      "0.112",
    ]);
    expect([crossing.zero, path.length - 1]).toEqual([6, 26]);
    const added = ask({ benchmark: ["wmdp_bio"], mode: "add" });
    expect([added.firstCrossing.zero, added.nearest?.models, added.nearest?.rho.toFixed(3)]).toEqual([
      null,
      12,
      "-0.082",
    ]);
  });

  test.each(["replace", "add"])(
    "1 000 random orders (%s) have the mean and quantiles of thousands, within their error",
    (mode) => {
      const { path } = ask({ benchmark: ["wmdp_bio"], mode, order: "random" });
      random.steps[mode]?.forEach(({ mean, se, low, high }, k) => {
        const step = path[k] as PathStep;
        expect(Math.abs((step.rho as number) - mean), `${mode} ${k}`).toBeLessThanOrEqual(4 * se + 1e-7);
        for (const [bound, [from, to]] of [
          [step.low, low],
          [step.high, high],
        ] as const) {
          expect(bound, `${mode} ${k}`).toBeGreaterThanOrEqual(from - 1e-9);
          expect(bound, `${mode} ${k}`).toBeLessThanOrEqual(to + 1e-9);
        }
      });
    },
  );

  test("parts done in reverse order, on a copy of the plan, give the same bytes", () => {
    const options = { benchmark: ["wmdp_bio"], order: "random", mode: "add" };
    const inquiry = inquiryOf("what-if", "chat", options);
    const { parts, work } = prepare(inquiry, content);
    expect(parts).toBeGreaterThan(3);
    for (let part = parts - 1; part >= 0; part--) computePart(structuredClone(work) as Work, part);
    expect(Buffer.from(finish(inquiry, content, work)).toString()).toBe(
      answerText(content, "what-if", "chat", options),
    );
  });

  test("the same seed gives the same bytes, another seed other ones", () => {
    const text = (seed: string) =>
      answerText(content, "what-if", "chat", { benchmark: ["wmdp_bio"], order: "random", seed });
    expect(text("1")).toBe(text("1"));
    expect(ask({ benchmark: ["wmdp_bio"], order: "random" }).path).not.toEqual(
      ask({ benchmark: ["wmdp_bio"], order: "random", seed: "1" }).path,
    );
  });

  test.each(["mostCapable", "leastCapable", "random"])(
    "the order of models and benchmarks changes nothing (%s)",
    (order) => {
      for (const mode of ["replace", "add"]) {
        const options = { benchmark: ["wmdp_bio"], order, mode, tax: "0.1" };
        const [plain, turned] = [ask(options), ask(options, reversed(content))];
        plain.path.forEach(({ rho }, k) => {
          expectNear(turned.path[k]?.rho, rho, 1e-10, `${order} ${mode} ${k}`);
        });
      }
    },
  );

  test("nobody treated is as observed, and naming everyone in order of capability is `mostCapable`", () => {
    const whole = ask({ benchmark: ["wmdp_bio"] });
    const model = whole.path.flatMap((step) => step.model ?? []);
    expect(whole.path[0]?.rho).toBe(whole.rho);
    expect(ask({ benchmark: ["wmdp_bio"], order: "named", model }).path).toEqual(whole.path);
  });

  test("a capability benchmark is answered, with a warning", () => {
    expect(ask({ benchmark: ["mmlu"] }).warnings.map(({ code }) => code)).toContain("partOfScore");
  });
});

test("numpy agrees on 60 small matrices with ties, gaps, constant columns, directions and taxes", () => {
  expect(cases.length).toBe(60);
  for (const [number, one] of cases.entries()) {
    const p = one.cells[0]?.length ?? 0;
    const scores = one.cells.flatMap((row, i) =>
      [...row, one.target[i] ?? null].flatMap((score, j) =>
        score === null
          ? []
          : [{ model: `m${String(i).padStart(2, "0")}`, benchmark: j < p ? `c${j}` : "s", score }],
      ),
    );
    const scale = { min: 0, max: 1 };
    const body = {
      models: one.cells.map((_, i) => ({ model: `m${String(i).padStart(2, "0")}`, class: "chat" })),
      benchmarks: [
        ...one.chances.map((chance, j) => ({
          benchmark: `c${j}`,
          kind: "capability",
          ...scale,
          ...(chance === null ? {} : { chance }),
        })),
        { benchmark: "s", kind: "safety", direction: one.direction },
      ],
      scores,
    };
    const model = one.named.map((i) => `m${String(i).padStart(2, "0")}`);
    const order = one.order === "named" && model.length === 0 ? "mostCapable" : one.order;
    const { mode, to } = one;
    const found = ask({ benchmark: ["s"], mode, order, model, to, tax: String(one.tax) }, contentOf(body));
    expect(found.path.length, `case ${number}`).toBe(one.rho?.length ?? 0);
    if (one.rho === null) expect(found.reason, `case ${number}`).not.toBeNull();
    for (const [k, rho] of (one.rho ?? []).entries())
      expectNear(found.path[k]?.rho, rho, 1e-9, `case ${number}, ${k} treated`);
    if (one.firstCrossing !== undefined)
      expect(found.firstCrossing, `case ${number}`).toEqual(one.firstCrossing);
  }
});

describe("a crossing", () => {
  const path = (...rhos: (number | null)[]) => rhos.map((rho, models) => ({ models, rho }));
  test("is where the sign is lost, and where the side of τ changes", () => {
    expect(firstCrossing(path(-0.6, -0.3, 0.1), 0.4)).toEqual({ zero: 2, threshold: 1 });
    expect(firstCrossing(path(-0.6, null, 0), 0.4)).toEqual({ zero: 2, threshold: 2 });
    expect(firstCrossing(path(0.1, 0.5, -0.4), 0.4)).toEqual({ zero: 2, threshold: 1 });
  });
  test("is nowhere where there is no sign to lose, or no correlation at all", () => {
    expect(firstCrossing(path(0, 0.2), 0.4)).toEqual({ zero: null, threshold: null });
    expect(firstCrossing(path(null, 0.2), 0.4)).toEqual({ zero: null, threshold: null });
    expect(firstCrossing([], 0.4)).toEqual({ zero: null, threshold: null });
  });
});
