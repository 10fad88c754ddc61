import type { FastifyInstance } from "fastify";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Engine, EngineFigures } from "../jobs/engine.js";

/** Metrics of one server: its process, and the time of every request by route, never by path, which strangers choose. */
export function measureRequests(app: FastifyInstance): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: "http_request_duration_seconds",
    help: "Time to answer, by route",
    labelNames: ["method", "route", "status"],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 30],
    registers: [registry],
  });
  app.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "unmatched";
    duration.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
    done();
  });
  return registry;
}

/** What is computed and what waits. The event loop's delay is among the process's own metrics. */
export function measureEngine(registry: Registry, engine: Engine): void {
  const gauge = (name: string, help: string, value: () => Promise<number> | number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(await value());
      },
    });
  const counter = (name: string, help: string, figure: keyof EngineFigures) =>
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(engine.figures()[figure]);
      },
    });
  gauge("computations_running", "Computations in this process", () => engine.figures().running);
  gauge(
    "computations_awaited",
    "Answers that requests wait for in this process",
    () => engine.figures().awaited,
  );
  gauge("computations_queued", "Computations that wait for a thread, in any process", () =>
    engine.queued().catch(() => Number.NaN),
  );
  counter("computations_computed_total", "Answers computed in this process", "computed");
  counter("computations_joined_total", "Requests that waited for a computation already under way", "joined");
  counter("analyses_deferred_total", "Requests answered with 202, or 503 for a table", "deferred");
}
