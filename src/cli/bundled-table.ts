import type { FastifyInstance } from "fastify";
import type { CorrelationRow } from "../analysis/correlation-row.js";
import { extremes, rhoInWords } from "../analysis/extremes.js";

interface ClassAnswer {
  readonly class: string;
  readonly modelCount: number;
  readonly correlations: readonly CorrelationRow[];
}

/** What the bundled matrix says, asked through the same door as any client; empty where it may not be read or was deleted. */
export async function bundledTable(
  server: FastifyInstance,
  matrix: string,
  token: string | null,
): Promise<string> {
  const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
  const url = `/v1/matrices/${matrix}/correlations?class=*`;
  const reply = await server.inject({ url, headers: { host: "localhost", ...authorization } });
  if (reply.statusCode !== 200) return "";
  const { classes } = reply.json<{ classes: ClassAnswer[] }>();
  return [
    `\nCorrelation with capability, ${matrix}: ρ [95 % interval: bootstrap over models] verdict at ±0.4\n`,
    ...classes.map(classLines),
    "\n",
  ].join("");
}

function classLines({ class: className, modelCount, correlations }: ClassAnswer): string {
  const { most, least } = extremes(correlations, 3);
  const line = (row: CorrelationRow) =>
    `    ${(row.name ?? row.benchmark).slice(0, 44).padEnd(46)}${rhoInWords(row).padEnd(22)}${row.verdict ?? ""}\n`;
  const heading = (text: string) => `  ${className} (${modelCount} models), safety benchmarks ${text}\n`;
  return (
    heading("most entangled") +
    most.map(line).join("") +
    heading("least entangled") +
    least.map(line).join("")
  );
}
