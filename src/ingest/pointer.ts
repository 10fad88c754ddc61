/** A pointer longer than this ends at an ancestor: a stranger's keys must not swell our reply. */
const LONGEST = 128;

/** RFC 6901; the nearest ancestor where the whole would be too long. */
export function pointerTo(path: readonly PropertyKey[]): string {
  let pointer = "";
  for (const step of path) {
    const next = `${pointer}/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (next.length > LONGEST) return pointer;
    pointer = next;
  }
  return pointer.toWellFormed();
}
