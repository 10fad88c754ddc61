import { randomBytes } from "node:crypto";

const KEPT_FOR = 7 * 86_400_000;
const DIGITS = 9;

/** Its time comes first, so that ids sort by age and one that was purged is known as such. */
export function analysisId(now: Date): string {
  return `an_${timeText(now.getTime())}${randomBytes(8).toString("hex")}`;
}

/** Below the id of every analysis that is still kept. */
export function oldestId(now: Date): string {
  return `an_${timeText(now.getTime() - KEPT_FOR)}`;
}

export function isPurged(id: string, now: Date): boolean {
  return /^an_[0-9a-z]{25}$/.test(id) && id < oldestId(now);
}

function timeText(time: number): string {
  return time.toString(36).padStart(DIGITS, "0");
}
