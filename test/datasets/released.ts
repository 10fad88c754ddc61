import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Service } from "../http/service.js";
import { DATASETS } from "./folder.js";

export const CAPABILITIES =
  "logiqa piqa hellaswag winogrande superglue_copa medqa_4options arc_challenge mmlu minerva_math lambada_openai gsm8k bbh".split(
    " ",
  );

/** The released file of a class, as it is. */
export function releasedFile(className: string): string {
  return readFileSync(join(DATASETS, "safetywashing", `benchmarks_${className}_models.csv`), "utf8");
}

/** Posts both released matrices as they are, as `released-base` and `released-chat`. */
export async function postReleased(service: Service): Promise<void> {
  for (const name of ["base", "chat"]) {
    const query = new URLSearchParams([
      ["class", name],
      ...CAPABILITIES.map((capability): [string, string] => ["capability", capability]),
    ]);
    const reply = await service.post(`released-${name}`, releasedFile(name), {}, `?${query}`);
    expect(reply.statusCode, reply.body.slice(0, 500)).toBe(201);
  }
}
