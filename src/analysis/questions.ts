import { capabilities } from "./capabilities.js";
import { comparison } from "./comparison.js";
import { confounding } from "./confounding.js";
import { correlations } from "./correlations.js";
import { differentialSafety } from "./differential-safety.js";
import { dimension } from "./dimension.js";
import { interventions } from "./interventions.js";
import { saturation } from "./saturation.js";
import { scaling } from "./scaling.js";
import { sensitivity } from "./sensitivity.js";
import { suites } from "./suites.js";
import { whatIf } from "./what-if.js";

/** Every question that can be asked of a matrix. The order is that of the documentation. */
export const QUESTIONS = [
  capabilities,
  correlations,
  comparison,
  dimension,
  confounding,
  sensitivity,
  whatIf,
  interventions,
  differentialSafety,
  saturation,
  suites,
  scaling,
] as const;
