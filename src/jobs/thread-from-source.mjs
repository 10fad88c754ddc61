// In development and tests: the thread's TypeScript. A loader given by --import does not reach a thread on Node 20.
import { register } from "tsx/esm/api";

register();
export const { prepare, part, finish } = await import("./thread.ts");
