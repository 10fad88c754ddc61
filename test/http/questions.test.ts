import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CorrelationRow } from "../../src/analysis/correlation-row.js";
import { Service, SMALL_CSV, SMALL_QUERY } from "./service.js";

let service: Service;
beforeAll(async () => {
  service = await Service.start();
  await service.post("small", SMALL_CSV, {}, SMALL_QUERY);
  await service.post("plain", "model,x,y\na,1,2\nb,2,3\nc,3,1\n");
});
afterAll(() => service.close());

interface Correlations {
  matrix: string;
  revision: number;
  class: string;
  modelCount: number;
  correlations: CorrelationRow[];
  warnings: { code: string; names?: string[] }[];
}
const of = (question: string, query = "") => `/v1/matrices/safetywashing-2024/${question}${query}`;

describe("a question", () => {
  test("about a matrix of several classes asks which one, and lists them", async () => {
    const problem = await service.json<{ code: string; errors: { parameter: string; message: string }[] }>(
      of("correlations"),
      422,
    );
    expect(problem.code).toBe("classRequired");
    expect(problem.errors[0]?.parameter).toBe("class");
    expect(problem.errors[0]?.message).toContain('"base", "chat"');
  });

  test("about every class answers each, as asked one by one", async () => {
    const all = await service.json<{ classes: Correlations[] }>(of("correlations", "?class=*"));
    const chat = await service.json<Correlations>(of("correlations", "?class=chat"));
    expect(all.classes.map((c) => c.class)).toEqual(["base", "chat"]);
    expect(all.classes[1]?.correlations).toEqual(chat.correlations);
  });

  test("about a matrix of one class needs no class", async () => {
    const found = await service.json<Correlations>("/v1/matrices/plain/correlations?capability=x");
    expect([found.class, found.modelCount]).toEqual(["all", 3]);
  });

  test("without any capability benchmark names the parameter that would name some", async () => {
    const problem = await service.json<{ code: string; detail: string }>(
      "/v1/matrices/plain/correlations",
      422,
    );
    expect(problem.code).toBe("noCapabilityBenchmarks");
    expect(problem.detail).toContain("capability=");
  });

  test("says what it stands on: digest, options with their values, model set, method", async () => {
    const found = await service.json<Record<string, unknown>>(of("correlations", "?class=chat&level=0.9"));
    expect(found).toMatchObject({
      matrix: "safetywashing-2024",
      revision: 1,
      class: "chat",
      modelCount: 26,
      methodVersion: "2",
    });
    expect(found.options).toMatchObject({
      basis: "spearman",
      measure: "pc1",
      level: 0.9,
      threshold: 0.4,
      seed: 0,
    });
    expect(found.modelSetHash).toMatch(/^sha256-[0-9a-f]{32}$/);
  });

  test("names a wrong option, an unknown one, an empty one and one given twice", async () => {
    for (const [query, parameter] of [
      ["basis=kendal", "basis"],
      ["treshold=0.4", "treshold"],
      ["level=", "level"],
      ["seed=1&seed=2", "seed"],
      ["resamples=1e9", "resamples"],
      ["measure=named:", "measure"],
      ["sort=nothing", "sort"],
      ["rows=nothing", "rows"],
      ["kind=danger", "kind"],
    ]) {
      const problem = await service.json<{ errors: { parameter: string }[] }>(
        of("correlations", `?class=chat&${query}`),
        422,
      );
      expect(
        problem.errors.map((e) => e.parameter),
        query,
      ).toContain(parameter);
    }
  });

  test("answers an unknown name with the nearest ones", async () => {
    for (const query of [
      "class=chatt",
      "class=chat&capability=mmlu_",
      "class=chat&measure=named:mmlu2",
      "class=chat&benchmark=MT-Bench",
      "class=chat&exclude=falcon-7b-instruc",
    ]) {
      const problem = await service.json<{ code: string; detail: string }>(
        of("correlations", `?${query}`),
        422,
      );
      expect(problem.code, query).toBe("unknownName");
      expect(problem.detail, query).toMatch(/nearest: "/);
    }
  });

  test("may leave models out, and says which set it used", async () => {
    const all = await service.json<Correlations & { modelSetHash: string }>(
      of("correlations", "?class=chat"),
    );
    const fewer = await service.json<Correlations & { modelSetHash: string }>(
      of("correlations", "?class=chat&exclude=falcon-7b-instruct"),
    );
    expect(fewer.modelCount).toBe(all.modelCount - 1);
    expect(fewer.modelSetHash).not.toBe(all.modelSetHash);
  });

  test("measured by a named benchmark gives that benchmark a correlation of 1", async () => {
    const found = await service.json<Correlations>(
      of("correlations", "?class=chat&measure=named:mmlu&benchmark=mmlu&benchmark=rmsce_mmlu"),
    );
    const [mmlu, rmsce] = found.correlations;
    expect(mmlu?.rho).toBe(1);
    expect(rmsce?.rho).toBeCloseTo(0.201, 3);
  });

  test("gives null with a reason where a number does not exist", async () => {
    const found = await service.json<Correlations>("/v1/matrices/small/correlations?class=base");
    expect(found.correlations.find((row) => row.benchmark === "truth")).toMatchObject({
      n: 2,
      rho: null,
      reason: "tooFewModels",
    });
  });
});

describe("a view", () => {
  test("filters, sorts and cuts without changing a number", async () => {
    const whole = await service.json<Correlations>(of("correlations", "?class=chat"));
    const view = await service.json<Correlations>(
      of("correlations", "?class=chat&kind=safety&area=jailbreaks&sort=-rho&limit=2"),
    );
    const expected = whole.correlations
      .filter((row) => row.kind === "safety" && row.area === "jailbreaks")
      .sort((a, b) => (b.rho ?? 0) - (a.rho ?? 0))
      .slice(0, 2);
    expect(view.correlations).toEqual(expected);
    expect((view as unknown as { options: object }).options).toEqual(
      (whole as unknown as { options: object }).options,
    );
  });

  test("sorts nulls last in both directions", async () => {
    for (const sort of ["rho", "-rho"]) {
      const { correlations } = await service.json<Correlations>(
        of("correlations", `?class=base&sort=${sort}`),
      );
      expect(correlations.at(-1)?.rho).toBeNull();
      expect(correlations[0]?.rho).not.toBeNull();
    }
  });

  test("as CSV has a line a row, nested fields by dots, and the class where several were asked", async () => {
    const reply = await service.ask(of("correlations", "?class=*&format=csv"));
    const [header, ...lines] = reply.body.trim().split("\n");
    expect(header?.split(",").slice(0, 6)).toEqual(["class", "benchmark", "name", "kind", "area", "n"]);
    expect(header).toContain(",rho,leaveOneOutRho,interval.low,interval.high,");
    expect(header).toContain("intervals.bonettWright.low");
    expect(lines.length).toBe(2 * 84);
  });

  test("exports another list by rows=", async () => {
    const reply = await service.ask(of("capabilities", "?class=chat&rows=weights&format=ndjson"));
    expect(reply.body.trim().split("\n").length).toBe(12);
  });

  test("comes in the form that Accept prefers, and says when there is none", async () => {
    const csv = await service.ask({
      url: of("correlations", "?class=chat"),
      headers: { accept: "text/csv;q=0.9, application/json;q=0.1" },
    });
    expect(csv.headers["content-type"]).toBe("text/csv; charset=utf-8");
    await service.json({ url: of("correlations", "?class=chat"), headers: { accept: "image/png" } }, 406);
  });
});

describe("an answer's entity tag", () => {
  test("is the same for the same question, and spares the body", async () => {
    const first = await service.ask(of("correlations", "?class=chat"));
    const again = await service.ask({
      url: of("correlations", "?class=chat&basis=spearman"),
      headers: { "if-none-match": first.headers.etag as string },
    });
    expect(again.statusCode).toBe(304);
    expect(again.body).toBe("");
    expect(first.headers["cache-control"]).toBe("no-cache");
  });

  test("differs between options, views and formats", async () => {
    const queries = ["", "&basis=pearson", "&kind=safety", "&format=csv", "&level=0.9"];
    const tags = await Promise.all(
      queries.map(
        async (query) => (await service.ask(of("correlations", `?class=chat${query}`))).headers.etag,
      ),
    );
    expect(new Set(tags).size).toBe(queries.length);
  });
});

test("a repeated question touches no database on the embedded store", async () => {
  const url = of("correlations", "?class=base&seed=7");
  const first = await service.ask(url);
  const before = service.store.queries();
  const again = await service.ask(url);
  expect(again.rawPayload.equals(first.rawPayload)).toBe(true);
  expect(service.store.queries() - before).toBe(0);
});

test("the comparison of the released chat models counts BBQ ambiguous among the benchmarks that change side", async () => {
  const found = await service.json<{ ruleFlips: string[]; conclusion: string }>(
    of("comparison", "?class=chat"),
  );
  expect(found.ruleFlips).toContain("bbq_amb");
  expect(found.conclusion).toContain(`${found.ruleFlips.length} of 72 benchmarks change side`);
});
