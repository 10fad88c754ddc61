import { capabilities } from "./capabilities.js";
import { comparison } from "./comparison.js";
import { correlations } from "./correlations.js";
import { dimension } from "./dimension.js";
import { sensitivity } from "./sensitivity.js";

/** Every question that can be asked of a matrix. The order is that of the documentation. */
export const QUESTIONS = [capabilities, correlations, comparison, dimension, sensitivity] as const;
