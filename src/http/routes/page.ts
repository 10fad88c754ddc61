import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import type { CorrelationRow } from "../../analysis/correlation-row.js";
import { correlations } from "../../analysis/correlations.js";
import { extremes, rhoInWords } from "../../analysis/extremes.js";
import { type ComputeOptions, computeOptions } from "../../analysis/options.js";
import type { Answers, Patience } from "../../jobs/answers.js";
import type { RevisionSummary, Store } from "../../store/store.js";
import { type Html, html, PAGE_STYLE } from "../html.js";
import { callerKey, goneSignal } from "../patience.js";

/** GET / says what this is, what is in it, and where to go on. */
export const pageRoutes: FastifyPluginAsyncZodOpenApi<{ store: Store; answers: Answers }> = async (
  app,
  { store, answers },
) => {
  app.get("/page.css", { config: { scope: "public" }, schema: { hide: true } }, async (_request, reply) =>
    reply.type("text/css; charset=utf-8").header("cache-control", "max-age=3600").send(PAGE_STYLE),
  );

  app.get("/", { config: { scope: "public" }, schema: { hide: true } }, async (request, reply) => {
    const shown = request.caller.scopes.has("read")
      ? await store.matrices.list({ limit: 20, after: null })
      : [];
    const patience = { ms: PAGE_WAIT_MS, signal: goneSignal(reply), caller: callerKey(request) };
    const sections = await Promise.all(shown.map(({ latest }) => matrixSection(latest, answers, patience)));
    reply.type("text/html; charset=utf-8").header("cache-control", "no-cache");
    return reply.send(page(sections, request.caller.scopes.has("read")).text);
  });
};

/** A page is shown with what is there by then. */
const PAGE_WAIT_MS = 3_000;

async function matrixSection(revision: RevisionSummary, answers: Answers, patience: Patience): Promise<Html> {
  const options = computeOptions.parse({}) as ComputeOptions;
  const tables = await Promise.all(
    Object.keys(revision.classes)
      .slice(0, 4)
      .map(async (className) => {
        const inquiries = [{ question: correlations.name, class: className, options }];
        const url = `/v1/matrices/${revision.matrix}/correlations?class=${encodeURIComponent(className)}`;
        const asked = { question: correlations.name, revision, inquiries, every: false, url };
        const found = await answers.ask(asked, patience).catch(() => null);
        if (found === null)
          return html`<p>Class ${className}: no capability benchmark is declared, so there is no score to correlate with.</p>`;
        if ("analysis" in found) return html`<p>Class ${className} is being computed.</p>`;
        const text = found.answers[0]?.json.toString("utf8") ?? "";
        return classTable(
          className,
          JSON.parse(text) as { correlations: CorrelationRow[]; modelCount: number },
        );
      }),
  );
  const base = `/v1/matrices/${revision.matrix}`;
  return html`<section>
<h2>${revision.title ?? revision.matrix}</h2>
<p>${revision.models} models, ${revision.benchmarks} benchmarks, ${revision.scores} scores; revision ${revision.revision}.
<a href="${base}/correlations?class=*&amp;format=csv">All correlations as CSV</a> · <a href="${base}">JSON</a></p>
<div class="tables">${tables}</div>
</section>`;
}

function classTable(
  className: string,
  { correlations: rows, modelCount }: { correlations: CorrelationRow[]; modelCount: number },
): Html {
  const { most, least } = extremes(rows, 5);
  const line = (row: CorrelationRow) =>
    html`<tr><td>${row.name ?? row.benchmark}</td><td class="number">${rhoInWords(row)}</td><td>${row.verdict ?? "–"}</td><td class="number">${row.n}</td></tr>`;
  return html`<table>
<caption>${className}: correlation with capability over ${modelCount} models</caption>
<thead><tr><th>safety benchmark</th><th>ρ [95 % interval]</th><th>verdict at ±0.4</th><th>models</th></tr></thead>
<tbody><tr><th colspan="4">tracks capability most</th></tr>${most.map(line)}
<tr><th colspan="4">tracks capability least</th></tr>${least.map(line)}</tbody>
</table>`;
}

function page(sections: readonly Html[], mayRead: boolean): Html {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Decorrelate</title><link rel="stylesheet" href="/page.css"></head>
<body><main>
<h1>Does a safety benchmark measure safety, or how capable a model is?</h1>
<p>Post a table of scores; the service fits a capabilities score (the first principal component of the capability
benchmarks) and correlates every benchmark with it. The method is that of Ren et al. 2024, “Safetywashing”
(arXiv 2407.21792). <a href="/docs">Try the API</a> · <a href="/openapi.json">OpenAPI</a></p>
<p class="caveat">A correlation from some 26 related models is weak evidence. The intervals are from a bootstrap over
models that refits the score each time; models of one family resemble each other, so the truth is less certain still.
“Undecided” means that these models cannot tell. All of it holds for models like these.</p>
${mayRead ? sections : [html`<p>This service asks for a bearer token; its matrices are listed at <code>/v1/matrices</code>.</p>`]}
</main></body></html>`;
}
