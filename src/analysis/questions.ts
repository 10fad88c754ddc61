import { capabilities } from "./capabilities.js";
import { comparison } from "./comparison.js";
import { correlations } from "./correlations.js";
import { differentialSafety } from "./differential-safety.js";
import { dimension } from "./dimension.js";
import { saturation } from "./saturation.js";
import { scaling } from "./scaling.js";

/** Every question that can be asked of a matrix. The order is that of the documentation. */
export const QUESTIONS = [
  capabilities,
  correlations,
  comparison,
  dimension,
  differentialSafety,
  saturation,
  scaling,
] as const;
