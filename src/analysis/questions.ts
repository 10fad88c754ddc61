import { capabilities } from "./capabilities.js";
import { comparison } from "./comparison.js";
import { correlations } from "./correlations.js";
import { differentialSafety } from "./differential-safety.js";
import { dimension } from "./dimension.js";
import { saturation } from "./saturation.js";
import { scaling } from "./scaling.js";
import { suites } from "./suites.js";

/** Every question that can be asked of a matrix. The order is that of the documentation. */
export const QUESTIONS = [
  capabilities,
  correlations,
  comparison,
  dimension,
  differentialSafety,
  saturation,
  suites,
  scaling,
] as const;
