import { expect } from "vitest";
import type { PairedChange } from "../src/analysis/paired-changes.js";
import { expectNear } from "./golden.js";

/** A tested change, as test/golden/interventions.py writes it. */
export interface GoldenTest {
  pairs: number;
  families: number;
  hodgesLehmann: number | null;
  meanChange: number | null;
  rises: number;
  falls: number;
  interval: [number, number] | null;
  p: number | null;
  exact: boolean;
  familyP: number | null;
}

export function expectTested(found: PairedChange, expected: GoldenTest, what: string): void {
  const counts = ({ pairs, families, rises, falls, exact }: PairedChange | GoldenTest) => ({
    pairs,
    families,
    rises,
    falls,
    exact,
  });
  expect(counts(found), what).toEqual(counts(expected));
  expectNear(found.hodgesLehmann, expected.hodgesLehmann, 1e-9, `${what}: Hodges–Lehmann`);
  expectNear(found.meanChange, expected.meanChange, 1e-9, `${what}: mean`);
  expectNear(found.interval?.low, expected.interval?.[0] ?? null, 1e-9, `${what}: low`);
  expectNear(found.interval?.high, expected.interval?.[1] ?? null, 1e-9, `${what}: high`);
  expectNear(found.p, expected.p, 1e-10, `${what}: p`);
  expectNear(found.familyP, expected.familyP, 1e-12, `${what}: family p`);
}
