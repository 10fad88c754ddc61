import { nameFault } from "../matrix/names.js";
import type { Model } from "../matrix/score-matrix.js";
import type { Composition } from "./compose-matrix.js";
import { mergeRecords, namesOf } from "./merge-records.js";

/** The rows: what the post says, over what the latest revision says, over the query's defaults. */
export function composeModels(composition: Composition): readonly Model[] {
  const { posting, latest, options, warnings } = composition;
  checkDefaults(composition);
  const declared = mergeRecords(posting.models, "model", composition);
  const known = new Map(latest?.models.map((model) => [model.model, model]));
  const models = namesOf([...known.keys()], declared, "model", composition).map((model): Model => {
    const said = declared.get(model)?.fields as Partial<Model> | undefined;
    const earlier = known.get(model);
    if (earlier !== undefined) return { ...earlier, ...said };
    const family = said?.family ?? options.family ?? null;
    return { ...BLANK, class: options.class ?? "all", ...said, model, family };
  });
  const names = new Set(models.map(({ model }) => model));
  for (const { parent } of models)
    if (parent !== null && !names.has(parent)) warnings.add("unknownParent", parent);
  return models;
}

const BLANK = {
  name: null,
  parameters: null,
  trainingTokens: null,
  trainingFlop: null,
  releasedOn: null,
  parent: null,
  interventions: null,
} as const;

function checkDefaults({ options, problems }: Composition): void {
  for (const parameter of ["class", "family"] as const) {
    const value = options[parameter];
    const fault = value === undefined ? null : nameFault(value);
    if (fault !== null) problems.add({ parameter }, `the ${parameter} ${fault}`);
  }
  if (options.class === "*")
    problems.add({ parameter: "class" }, "the class * is reserved: class=* asks for every class");
}
