const DELIMITERS = ["\t", ";", "|", ","] as const;
export type Delimiter = (typeof DELIMITERS)[number];

const SAMPLE_CHARACTERS = 200_000;
const SAMPLE_LINES = 20;

/**
 * The character that the first lines hold equally often; where two do (decimal commas between semicolons),
 * the rarer one in prose. Quoted text does not count. A file without any is taken to be of one column.
 */
export function detectDelimiter(text: string): Delimiter {
  const lines = countByLine(text);
  let best: Delimiter = ",";
  let bestScore = 0;
  for (const delimiter of DELIMITERS) {
    const score = agreement(lines.map((counts) => counts.get(delimiter) ?? 0));
    if (score <= bestScore) continue;
    best = delimiter;
    bestScore = score;
  }
  return best;
}

/** How many lines share the commonest number of occurrences, 0 not being one. */
function agreement(counts: readonly number[]): number {
  const lines = new Map<number, number>();
  for (const count of counts) if (count > 0) lines.set(count, (lines.get(count) ?? 0) + 1);
  return Math.max(0, ...lines.values());
}

function countByLine(text: string): ReadonlyMap<string, number>[] {
  const lines: Map<string, number>[] = [];
  let counts = new Map<string, number>();
  let quoted = false;
  const end = Math.min(text.length, SAMPLE_CHARACTERS);
  for (let at = 0; at < end && lines.length < SAMPLE_LINES; at += 1) {
    const character = text[at] as string;
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === "\n" || character === "\r")) {
      if (counts.size > 0) lines.push(counts);
      counts = new Map();
    } else if (!quoted && (DELIMITERS as readonly string[]).includes(character))
      counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  return counts.size > 0 ? [...lines, counts] : lines;
}
