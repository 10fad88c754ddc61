import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Published files, read and never copied here. `npm test` does not run this folder; `npm run test:datasets` does, and fails
 * where the files are absent.
 */
export const DATASETS =
  process.env.DATASETS ?? fileURLToPath(new URL("../../../shared/datasets", import.meta.url));

if (!existsSync(DATASETS)) throw new Error(`no data sets at ${DATASETS}: set DATASETS to their folder`);
