import { DomainError, Problems, quote } from "../errors.js";
import { LineCounter } from "./line-counter.js";
import { pointerTo } from "./pointer.js";
import type { Reading } from "./reading.js";

/** No canonical record is nested deeper than 5. */
const DEEPEST = 64;
const NON_NUMBERS = ["NaN", "Infinity", "-Infinity"];
const [QUOTE, BACKSLASH, ZERO, NINE] = [0x22, 0x5c, 0x30, 0x39];

/**
 * Reads JSON's grammar without building anything, because `JSON.parse` does not say where it failed, lets the
 * last of two equal keys win, and overflows the stack on deep nesting. Afterwards `JSON.parse` cannot fail.
 * Duplicate keys become problems of the reading.
 * @throws {DomainError} unreadable, at the first fault of syntax, or at every bare NaN or Infinity.
 */
export function scanJson(text: string, reading: Pick<Reading, "at" | "problems">, firstLine = 1): void {
  new JsonScan(text, reading, firstLine).document();
}

class JsonScan {
  #at = 0;
  /** `null` between the opening of an object or array and its first key or item. */
  readonly #path: (string | number | null)[] = [];
  readonly #nonNumbers = new Problems();
  readonly #lines: LineCounter;

  constructor(
    readonly text: string,
    readonly reading: Pick<Reading, "at" | "problems">,
    firstLine: number,
  ) {
    this.#lines = new LineCounter(text, firstLine);
  }

  document(): void {
    this.#value();
    this.#space();
    if (this.#at < this.text.length) throw this.#fault("there is text after the end of the value");
    this.#nonNumbers.throwIfAny("unreadable");
  }

  #value(): void {
    this.#space();
    const code = this.text.charCodeAt(this.#at);
    if (code === QUOTE) this.#string();
    else if (code === 0x7b) this.#object();
    else if (code === 0x5b) this.#array();
    else if ((code >= ZERO && code <= NINE) || (code === 0x2d && !this.text.startsWith("-I", this.#at)))
      this.#number();
    else this.#word();
  }

  #object(): void {
    const keys: string[] = [];
    let known: Set<string> | null = null;
    this.#enter();
    for (let more = !this.#ends(0x7d); more; more = this.#continues(0x7d, "}")) {
      this.#space();
      const start = this.#at;
      if (this.text.charCodeAt(start) !== QUOTE) throw this.#fault("a key in double quotes is missing");
      const key = this.#string()
        ? (JSON.parse(this.text.slice(start, this.#at)) as string)
        : this.text.slice(start + 1, this.#at - 1);
      this.#path[this.#path.length - 1] = key;
      if (known === null ? keys.includes(key) : known.has(key)) this.#duplicate(start, key);
      else if (known !== null) known.add(key);
      else if (keys.push(key) > 16) known = new Set(keys);
      this.#space();
      if (this.text.charCodeAt(this.#at) !== 0x3a) throw this.#fault("a colon is missing after a key");
      this.#at += 1;
      this.#value();
    }
    this.#path.pop();
  }

  #array(): void {
    this.#enter();
    let index = 0;
    for (let more = !this.#ends(0x5d); more; more = this.#continues(0x5d, "]")) {
      this.#path[this.#path.length - 1] = index;
      this.#value();
      index += 1;
    }
    this.#path.pop();
  }

  #enter(): void {
    if (this.#path.length >= DEEPEST) throw this.#fault(`the value is nested deeper than ${DEEPEST} levels`);
    this.#path.push(null);
    this.#at += 1;
  }

  #ends(closing: number): boolean {
    this.#space();
    if (this.text.charCodeAt(this.#at) !== closing) return false;
    this.#at += 1;
    return true;
  }

  #continues(closing: number, shown: string): boolean {
    if (this.#ends(closing)) return false;
    if (this.text.charCodeAt(this.#at) !== 0x2c) throw this.#fault(`a comma or ${shown} is missing`);
    this.#at += 1;
    return true;
  }

  /** Whether the string holds an escape, so that its text is not its value. */
  #string(): boolean {
    const start = this.#at;
    let escaped = false;
    for (this.#at += 1; this.#at < this.text.length; this.#at += 1) {
      const code = this.text.charCodeAt(this.#at);
      if (code === QUOTE) {
        this.#at += 1;
        return escaped;
      }
      if (code < 0x20) throw this.#fault("a control character in a string is not escaped");
      if (code !== BACKSLASH) continue;
      escaped = true;
      this.#escape();
    }
    this.#at = start;
    throw this.#fault("a string is not closed");
  }

  #escape(): void {
    this.#at += 1;
    const letter = this.text[this.#at] ?? "";
    if (letter === "u" && /^[0-9a-fA-F]{4}$/.test(this.text.slice(this.#at + 1, this.#at + 5))) this.#at += 4;
    else if (letter === "" || !'"\\/bfnrt'.includes(letter))
      throw this.#fault("an escape in a string is not known");
  }

  #number(): void {
    if (this.text.charCodeAt(this.#at) === 0x2d) this.#at += 1;
    const start = this.#at;
    this.#digits();
    if (this.text.charCodeAt(start) === ZERO && this.#at > start + 1)
      throw this.#fault("a number starts with 0");
    if (this.text.charCodeAt(this.#at) === 0x2e) {
      this.#at += 1;
      this.#digits();
    }
    if ((this.text.charCodeAt(this.#at) | 0x20) === 0x65) {
      this.#at += 1;
      const sign = this.text.charCodeAt(this.#at);
      if (sign === 0x2b || sign === 0x2d) this.#at += 1;
      this.#digits();
    }
  }

  #digits(): void {
    const start = this.#at;
    for (let code = this.text.charCodeAt(start); code >= ZERO && code <= NINE; ) {
      this.#at += 1;
      code = this.text.charCodeAt(this.#at);
    }
    if (this.#at === start) throw this.#fault("a digit is missing");
  }

  #word(): void {
    for (const word of ["true", "false", "null", ...NON_NUMBERS]) {
      if (!this.text.startsWith(word, this.#at)) continue;
      if (NON_NUMBERS.includes(word))
        this.#nonNumbers.add(this.#place(), `${word} is not JSON; leave a missing score out or use null`);
      this.#at += word.length;
      return;
    }
    if (this.#at >= this.text.length) throw this.#fault("the text ends too early");
    const found = String.fromCodePoint(this.text.codePointAt(this.#at) as number);
    throw this.#fault(`${quote(found)} is not the start of a value`);
  }

  #space(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at += 1;
    }
  }

  #duplicate(at: number, key: string): void {
    this.reading.problems.add(this.#place(at), `the key ${quote(key)} is given twice`);
  }

  #fault(message: string): DomainError {
    const problem = { ...this.#place(), message: `not JSON: ${message}` };
    return new DomainError("unreadable", `The text is not JSON: ${message}.`, [problem]);
  }

  #place(at = this.#at) {
    const pointer = pointerTo(this.#path.filter((step) => step !== null));
    return this.reading.at({ pointer, ...this.#lines.at(at) });
  }
}
