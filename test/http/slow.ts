import type { Response } from "light-my-request";
import type { Service } from "./service.js";

/** A matrix whose correlations take a second or more: 2 000 models, 100 benchmarks of which 60 make the score. */
function slowCsv(): string {
  let state = 1;
  const random = () => {
    state = (state * 16_807) % 2_147_483_647;
    return (state / 2_147_483_647).toFixed(4);
  };
  const columns = Array.from({ length: 100 }, (_, j) => `b${j}`);
  const rows = Array.from({ length: 2_000 }, (_, i) => [`m${i}`, ...columns.map(random)].join());
  return [`model,${columns.join()}`, ...rows].join("\n");
}
const SLOW_QUERY = `?${Array.from({ length: 60 }, (_, j) => `capability=b${j}`).join("&")}`;

/** A question that nobody asked before: the level is part of the key. */
export const slow = (level: number, more = "") =>
  `/v1/matrices/slow/correlations?resamples=400&level=0.${level}${more}`;

export interface Analysis {
  readonly id: string;
  readonly status: string;
  readonly progress: number;
  readonly links: Readonly<Record<string, string>>;
  readonly error?: { readonly code: string };
  readonly result?: { readonly matrix: string; readonly correlations: readonly unknown[] };
}

export const postSlow = (service: Service): Promise<Response> =>
  service.post("slow", slowCsv(), {}, SLOW_QUERY);

export const later = (url: string) => ({ url, headers: { prefer: "respond-async" } });

export async function ended(service: Service, id: string): Promise<Analysis> {
  for (;;) {
    const found = await service.json<Analysis>(`/v1/analyses/${id}`);
    if (found.status !== "queued" && found.status !== "running") return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export async function figure(service: Service, name: string): Promise<number> {
  const { body } = await service.ask("/metrics");
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(body)?.[1]);
}
