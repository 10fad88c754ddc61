import * as z from "zod";
import type { Fit } from "./fit.js";
import { fixedSample } from "./fixed-sample.js";
import type { ComputeOptions } from "./options.js";
import type { Plan } from "./question.js";
import { boundsOf, boundsRow } from "./sensitivity-bounds.js";
import { leftOutFamily, leftOutModel, withoutEachFamily, withoutEachModel } from "./sensitivity-left-out.js";
import { sensitivityPart } from "./sensitivity-part.js";
import { type SensitivityPlan, sensitivityPlan } from "./sensitivity-plan.js";

/** Models dropped in the answer to a check, and milliseconds that its reference band may take: it is part of every check. */
const DROP = 3;
const BAND_MS = 500;

export const checkSensitivity = z
  .object({
    n: z.number().int(),
    bounds: z.array(boundsRow),
    leaveOneModelOut: z.array(leftOutModel),
    leaveOneFamilyOut: z.array(leftOutFamily),
    reason: z.string().nullable().meta({ description: "Why there is no correlation to be sensitive" }),
  })
  .meta({
    id: "CheckSensitivity",
    description: "Over the matched models, the score held fixed: what leaving out 1 … 3 of them could do",
  });

/** The posted benchmark is the last column of the fit's slice. */
function postedSample(fitted: Fit, options: ComputeOptions) {
  return fixedSample(fitted, fitted.slice.columns.length - 1, options);
}

export function checkSensitivityPlan(fitted: Fit, options: ComputeOptions): SensitivityPlan | null {
  const asked = { drop: DROP, refit: false, setSize: null, beyond: false, bandMs: BAND_MS };
  return sensitivityPlan(fitted, postedSample(fitted, options), asked, options);
}

export function checkSensitivityPart(plan: Plan | null, part: number): void {
  sensitivityPart(plan as SensitivityPlan, part);
}

/** How the correlation of a posted benchmark hangs on the models that it was run on. */
export function checkSensitivityOf(
  fitted: Fit,
  plan: Plan | null,
  options: ComputeOptions,
): z.infer<typeof checkSensitivity> {
  const sample = postedSample(fitted, options);
  const own = plan as SensitivityPlan | null;
  return {
    n: sample.models.length,
    bounds: boundsOf(sample, own, DROP, options),
    leaveOneModelOut: withoutEachModel(sample, own, options),
    leaveOneFamilyOut: withoutEachFamily(sample, own, options),
    reason: sample.reason,
  };
}
