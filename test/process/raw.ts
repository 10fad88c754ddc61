import { connect, type Socket } from "node:net";

/** A connection on which anything may be said; what comes back is kept. */
export class Raw {
  said = "";
  readonly closed: Promise<number>;
  readonly #socket: Socket;

  constructor(port: number, text = "") {
    const begun = performance.now();
    this.#socket = connect(port, "127.0.0.1");
    this.#socket.on("error", () => {});
    this.#socket.on("data", (chunk) => {
      this.said += chunk.toString("utf8");
    });
    this.closed = new Promise((resolve) =>
      this.#socket.once("close", () => resolve(performance.now() - begun)),
    );
    this.say(text);
  }

  say(text: string): void {
    if (text !== "" && this.#socket.writable) this.#socket.write(text);
  }

  get open(): boolean {
    return !this.#socket.destroyed;
  }

  end(): void {
    this.#socket.destroy();
  }
}

/** What is answered to a text until the connection closes. */
export async function answerTo(port: number, text: string): Promise<string> {
  const raw = new Raw(port, text);
  const late = setTimeout(() => raw.end(), 3_000);
  await raw.closed;
  clearTimeout(late);
  return raw.said;
}
