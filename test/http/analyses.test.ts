import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environmentOf } from "../process/spawned.js";
import { GROUNDS } from "../store/stores.js";
import { Service } from "./service.js";
import { type Analysis, ended, figure, later, postSlow, slow } from "./slow.js";

describe.each(GROUNDS)("on $kind", (ground) => {
  let service: Service;
  let place: Awaited<ReturnType<typeof ground.prepare>>;
  beforeAll(async () => {
    place = await ground.prepare();
    service = await Service.start({ ...environmentOf(place), WORKERS: "2" });
    await postSlow(service);
  });
  afterAll(async () => {
    await service.close();
    await ground.clear(place);
  });
  const cancel = (id: string) =>
    service.ask({ method: "DELETE", url: `/v1/analyses/${id}` }).then(({ statusCode }) => statusCode);

  test("twenty who ask the same at once are answered by one computation", async () => {
    const before = await figure(service, "computations_computed_total");
    const replies = await Promise.all(Array.from({ length: 20 }, () => service.ask(slow(61))));
    expect(new Set(replies.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    expect(new Set(replies.map(({ body }) => body)).size).toBe(1);
    expect((await figure(service, "computations_computed_total")) - before).toBe(1);
  });

  test("respond-async is answered with where to come back, and the result there is the answer", async () => {
    const reply = await service.ask(later(slow(62)));
    const { id } = reply.json<Analysis>();
    expect([reply.statusCode, reply.headers.location, reply.headers["preference-applied"]]).toEqual([
      202,
      `/v1/analyses/${id}`,
      "respond-async",
    ]);
    const found = await ended(service, id);
    expect([found.status, found.progress]).toEqual(["succeeded", 1]);
    expect(found.result).toEqual(await service.json(found.links.question as string));
    expect((await service.ask(later(slow(62)))).statusCode).toBe(200);
  });

  test("a wait that is over becomes an analysis; a table has no room for one and is 503 until it is there", async () => {
    const short = { url: slow(63), headers: { prefer: "wait=0" } };
    const reply = await service.ask(short);
    expect([reply.statusCode, reply.headers["preference-applied"]]).toEqual([202, "wait=0"]);
    const csv = { ...short, url: slow(63, "&format=csv"), headers: { ...short.headers, host: "localhost" } };
    const table = await service.server.inject(csv);
    expect([table.statusCode, table.headers["retry-after"]]).toEqual([503, "1"]);
    await ended(service, reply.json<Analysis>().id);
    expect((await service.ask(csv)).headers["content-type"]).toBe("text/csv; charset=utf-8");
  });

  test("malformed and unknown preferences are passed over", async () => {
    for (const prefer of ["wait=soon", "wait=-1", "return=minimal", ",,;", "handling=strict; x=y"]) {
      const url = "/v1/matrices/safetywashing-2024/capabilities?class=chat";
      const reply = await service.ask({ url, headers: { prefer } });
      expect([reply.statusCode, reply.headers["preference-applied"]], prefer).toEqual([200, undefined]);
    }
  });

  test("events tell how it goes and end by themselves with how it ended", async () => {
    const { id } = (await service.ask(later(slow(64)))).json<Analysis>();
    const { body, headers } = await service.ask(`/v1/analyses/${id}/events`);
    expect(headers["content-type"]).toBe("text/event-stream");
    const names = [...body.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name);
    expect([names[0], names.at(-1)]).toEqual(["progress", "succeeded"]);
    const last = JSON.parse(/.*\ndata: (.*)\n\n$/s.exec(body)?.[1] ?? "") as Analysis;
    expect(last).toEqual(await service.json(`/v1/analyses/${id}`));
  });

  test("what is cancelled is computed no further, and cannot be cancelled again", async () => {
    const { id } = (await service.ask(later(slow(65)))).json<Analysis>();
    expect(await cancel(id)).toBe(200);
    expect((await service.json<Analysis>(`/v1/analyses/${id}`)).status).toBe("cancelled");
    expect(await cancel(id)).toBe(409);
    await expect.poll(() => figure(service, "computations_running")).toBe(0);
    expect(await figure(service, "computations_queued")).toBe(0);
  });

  test("what cannot be answered fails with the reason that the question itself gives", async () => {
    const url = "/v1/matrices/safetywashing-2024/correlations?class=none";
    const { id } = (await service.ask(later(url))).json<Analysis>();
    const { status, error } = await ended(service, id);
    expect([status, error?.code]).toEqual(["failed", "unknownName"]);
  });

  test("an unknown analysis is 404, one older than a week 410", async () => {
    await service.json("/v1/analyses/none", 404);
    await service.json(`/v1/analyses/an_${"0".repeat(25)}`, 410);
    await service.json(`/v1/analyses/an_${"0".repeat(25)}/events`, 410);
    expect([await cancel("none"), await cancel(`an_${"0".repeat(25)}`)]).toEqual([404, 410]);
  });

  test("the list has them newest first, a page at a time", async () => {
    const page = await service.json<{ analyses: Analysis[] }>("/v1/analyses?limit=2");
    const all = await service.json<{ analyses: Analysis[] }>("/v1/analyses");
    expect(page.analyses.map(({ id }) => id)).toEqual(all.analyses.slice(0, 2).map(({ id }) => id));
    expect(all.analyses.map(({ id }) => id)).toEqual(
      all.analyses
        .map(({ id }) => id)
        .sort()
        .reverse(),
    );
  });
});

test("what would cost more than MAX_COST is 422 with the estimate", async () => {
  const service = await Service.start({ MAX_COST: "50", WORKERS: "1" });
  try {
    await postSlow(service);
    const problem = await service.json<{ code: string; detail: string }>(slow(71), 422);
    expect([problem.code, problem.detail]).toEqual(["tooCostly", expect.stringMatching(/\d s .*MAX_COST/)]);
  } finally {
    await service.close();
  }
});

test("a thread without enough memory fails what it computed, and the pool is whole again", async () => {
  const service = await Service.start({ WORKERS: "1", WORKER_MEMORY_MB: "48" });
  try {
    const models = Array.from({ length: 60_000 }, (_, i) => ({
      model: `m${i}`,
      class: "large",
      family: `${i} `.repeat(60),
    }));
    const scores = models.slice(0, 40).flatMap(({ model }, i) => [
      { model, benchmark: "x", score: i },
      { model, benchmark: "y", score: i % 7 },
    ]);
    await service.post("wordy", { models, scores }, {}, "?capability=x");
    const problem = await service.json<{ code: string }>("/v1/matrices/wordy/correlations", 422);
    expect(problem.code).toBe("tooCostly");
    await service.json("/v1/matrices/safetywashing-2024/capabilities?class=chat&basis=pearson");
  } finally {
    await service.close();
  }
});
