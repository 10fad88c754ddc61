import { DomainError, type Place, Problems } from "../errors.js";
import type { Description, ScoreMatrix } from "../matrix/score-matrix.js";
import type { Warning } from "../matrix/warning.js";
import { composeBenchmarks } from "./compose-benchmarks.js";
import { composeModels } from "./compose-models.js";
import { composeScores } from "./compose-scores.js";
import type { Posting } from "./posting.js";
import type { DuplicatesRule } from "./reading.js";
import { warnOfSuspicions } from "./suspicions.js";
import { Warnings } from "./warnings.js";

/** The query's defaults for what a body leaves open; they never override what it declares. */
export interface ComposeOptions {
  readonly class?: string | undefined;
  readonly family?: string | undefined;
  /** Names of benchmarks that are of this kind where none is declared. */
  readonly capability: readonly string[];
  readonly safety: readonly string[];
  readonly duplicates: DuplicatesRule;
  readonly percent?: "refuse" | "convert";
  readonly maxCells?: number;
  /** A merge may bring no score, and may be the first post of a matrix. */
  readonly mode?: "replace" | "merge";
}

/** What the steps of one composition share. */
export interface Composition {
  readonly posting: Posting;
  readonly latest: ScoreMatrix | null;
  readonly options: ComposeOptions;
  readonly problems: Problems;
  readonly warnings: Warnings;
}

/**
 * The matrix that a post makes: alone where `latest` is `null`, otherwise added to and overwriting it.
 * Rows and columns are in the order of `latest`, then of declaration, then of first appearance.
 * @throws {DomainError} with every contradiction at its place.
 */
export function composeMatrix(
  posting: Posting,
  latest: ScoreMatrix | null,
  options: ComposeOptions,
): { readonly matrix: ScoreMatrix; readonly warnings: readonly Warning[] } {
  const composition = { posting, latest, options, problems: new Problems(), warnings: new Warnings() };
  requireScores(composition);
  const models = composeModels(composition);
  const benchmarks = composeBenchmarks(composition);
  requireRoom(models.length * benchmarks.length, options.maxCells);
  const cells = composeScores(composition, models, benchmarks);
  composition.problems.throwIfAny();
  const matrix = { description: describe(posting.description, latest), models, benchmarks, ...cells };
  warnOfSuspicions(matrix, composition.warnings);
  return { matrix, warnings: [...posting.warnings, ...composition.warnings.list()] };
}

/** A post of no score says what became of its columns: they are likely why. */
function requireScores({ posting, latest, options }: Composition): void {
  if (posting.scores.length > 0 || latest !== null || options.mode === "merge") return;
  const asides = posting.warnings.filter(({ code }) => code === "columnSetAside" || code === "unitUnknown");
  const message = ["The post holds no score.", ...asides.map((aside) => aside.message)].join(" ");
  throw new DomainError("invalidScores", message, [{ ...placeOf(asides[0]), message }]);
}

function placeOf(warning: Warning | undefined): Place {
  const { code, message, names, count, ...place } = warning ?? { code: "", message: "" };
  return place;
}

function requireRoom(cells: number, most = Number.POSITIVE_INFINITY): void {
  if (cells > most)
    throw new DomainError(
      "invalid",
      `The matrix would have ${cells} cells (models × benchmarks), at most ${most} are accepted.`,
    );
}

function describe(said: Partial<Description>, latest: ScoreMatrix | null): Description {
  return { title: null, description: null, source: null, ...latest?.description, ...said };
}
