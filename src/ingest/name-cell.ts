/** A name without the link around it that a web page's table leaves in a cell; anything else stays as it is. */
export function withoutLink(raw: string): { readonly name: string; readonly linked: boolean } {
  const text = raw.trim();
  const inner = htmlLink(text) ?? markdownLink(text);
  return inner === null || inner === "" ? { name: text, linked: false } : { name: inner, linked: true };
}

function htmlLink(text: string): string | null {
  if (!/^<a\s/i.test(text)) return null;
  const start = text.indexOf(">");
  const end = text.toLowerCase().indexOf("</a>", start);
  if (start === -1 || end === -1) return null;
  const inner = text.slice(start + 1, end).trim();
  return inner.includes("<") ? null : inner;
}

function markdownLink(text: string): string | null {
  if (!text.startsWith("[") || !text.endsWith(")")) return null;
  const middle = text.indexOf("](");
  return middle === -1 ? null : text.slice(1, middle).trim();
}
