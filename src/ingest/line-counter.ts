/** Line and column of positions in a text, both from 1. Positions are asked for in ascending order, so that a million cost one pass. */
export class LineCounter {
  #lineStart = 0;
  #nextLine: number;

  constructor(
    readonly text: string,
    private line: number,
  ) {
    this.#nextLine = this.#lineAfter(0);
  }

  at(position: number): { readonly line: number; readonly column: number } {
    while (this.#nextLine <= position) {
      this.line += 1;
      this.#lineStart = this.#nextLine;
      this.#nextLine = this.#lineAfter(this.#lineStart);
    }
    return { line: this.line, column: position - this.#lineStart + 1 };
  }

  #lineAfter(start: number): number {
    const end = this.text.indexOf("\n", start);
    return end === -1 ? Number.POSITIVE_INFINITY : end + 1;
  }
}
