/** Markup that is safe to send: the only way to make it is the tag below, which escapes what it is given. */
export interface Html {
  readonly text: string;
}

type Piece = string | number | Html | readonly Html[];

/** Names come from strangers: every value is escaped unless it is markup itself. */
export function html(strings: TemplateStringsArray, ...values: readonly Piece[]): Html {
  return { text: strings.reduce((text, part, i) => text + rendered(values[i - 1] ?? "") + part) };
}

function rendered(value: Piece): string {
  if (typeof value === "string" || typeof value === "number") return escaped(String(value));
  return "text" in value ? value.text : value.map(({ text }) => text).join("\n");
}

const ENTITY: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITY[character] as string);
}

export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1c1c1c; --quiet: #5c5c5c; --line: #d8d8d8; --paper: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #eee; --quiet: #aaa; --line: #444; --paper: #161616; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.25; max-width: 42rem; }
p { max-width: 46rem; }
a { color: inherit; }
.tables { display: flex; flex-wrap: wrap; gap: 2rem; }
table { border-collapse: collapse; flex: 1 1 24rem; }
caption { text-align: left; font-weight: 600; padding: 0.4rem 0; }
th { text-align: left; font-weight: 500; color: var(--quiet); padding-top: 0.6rem; }
td, th { border-bottom: 1px solid var(--line); padding: 0.25rem 0.75rem 0.25rem 0; overflow-wrap: anywhere; }
.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
`;
