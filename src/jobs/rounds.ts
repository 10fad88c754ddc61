import type { AnalysisStore } from "../store/store.js";
import type { Backlog } from "./backlog.js";
import type { Executions } from "./executions.js";
import type { Intake } from "./intake.js";

interface Surroundings {
  readonly store: AnalysisStore;
  readonly owner: number;
  readonly backlog: Backlog;
  readonly executions: Executions;
  readonly intake: Intake;
  readonly isWaitedFor: (key: string) => boolean;
  readonly log: (error: unknown) => void;
}

const POLL_MS = 400;
const BEAT_MS = 1_000;
const RECOVER_MS = 2_000;
/** A claim that waits so long is offered again: who made it may have died before it could. */
const FORGOTTEN_MS = 5_000;
const MOST_OFFERED = 200;

/** What processes on one PostgreSQL do for each other: look for work, say how theirs goes, take over from the dead. */
export class Rounds {
  readonly #timers: readonly NodeJS.Timeout[];

  constructor(s: Surroundings) {
    const every = (ms: number, round: () => Promise<void>) => {
      let running = false;
      return setInterval(async () => {
        if (running) return;
        running = true;
        await round().catch(s.log);
        running = false;
      }, ms);
    };
    this.#timers = [
      every(POLL_MS, () => s.intake.take()),
      every(BEAT_MS, () => beat(s)),
      every(RECOVER_MS, () => recover(s)),
    ];
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}

/** What was cancelled elsewhere, and nobody waits for here, is stopped. */
async function beat({ store, owner, executions, isWaitedFor }: Surroundings): Promise<void> {
  const progress = executions.progress();
  if (progress.size === 0) return;
  const ours = await store.beat(owner, progress);
  for (const key of progress.keys()) if (!ours.has(key) && !isWaitedFor(key)) executions.stop(key);
}

async function recover({ store, backlog }: Surroundings): Promise<void> {
  await store.recover();
  const forgotten = await store.waiting({ ms: FORGOTTEN_MS, limit: MOST_OFFERED });
  if (forgotten.length > 0) await backlog.offer(forgotten);
}
