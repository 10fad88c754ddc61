// A loader given by --import does not reach a thread on Node 20.
import { register } from "tsx/esm/api";

register();
export const { trialsOf } = await import("./trial.ts");
export const { populationRhos } = await import("./population-rhos.ts");
