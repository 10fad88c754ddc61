import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A fixture in a process of its own, so that it can be killed. */
export class Child {
  readonly #process: ChildProcess;
  readonly lines: AsyncIterator<string>;

  constructor(fixture: string, ...args: readonly string[]) {
    const script = fileURLToPath(new URL(`./fixtures/${fixture}.ts`, import.meta.url));
    this.#process = spawn(process.execPath, ["--import", "tsx", script, ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    if (this.#process.stdout === null) throw new Error("the child has no output");
    this.lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#process.pid as number;
  }

  async nextLine(): Promise<string> {
    return (await this.lines.next()).value ?? "";
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  async ended(): Promise<number | null> {
    if (this.#process.exitCode === null && this.#process.signalCode === null)
      await once(this.#process, "exit");
    return this.#process.exitCode;
  }
}
