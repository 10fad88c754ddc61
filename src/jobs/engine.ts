import { setMaxListeners } from "node:events";
import type { Claim, Store } from "../store/store.js";
import { Admission } from "./admission.js";
import { Analyses } from "./analyses.js";
import { Answers } from "./answers.js";
import { type Backlog, OwnBacklog } from "./backlog.js";
import { Executions } from "./executions.js";
import { Intake } from "./intake.js";
import { KeptAnswers } from "./kept-answers.js";
import { Maker } from "./maker.js";
import { packed } from "./packed-content.js";
import { Rounds } from "./rounds.js";
import { SharedBacklog } from "./shared-backlog.js";
import { ThreadPool } from "./thread-pool.js";
import { WaitingLine } from "./waiting-line.js";

export interface EngineSettings {
  readonly threads: number;
  readonly threadMegabytes: number;
  /** Estimated milliseconds of one thread above which nothing is computed. */
  readonly mostCost: number;
  readonly answerCacheBytes: number;
  /** `null` on the embedded store. */
  readonly databaseUrl: string | null;
  readonly log: (error: unknown) => void;
}

/** Counts for whoever watches the process. */
export interface EngineFigures {
  readonly running: number;
  readonly awaited: number;
  readonly computed: number;
  readonly joined: number;
  readonly deferred: number;
}

export interface Engine {
  readonly answers: Answers;
  readonly analyses: Analyses;
  figures(): EngineFigures;
  /** How many computations wait for a thread, wherever. */
  queued(): Promise<number>;
  /** From now on nothing is begun; what nobody waits for here is given back. Who waits has a little longer. */
  drain(): void;
  close(): Promise<void>;
}

/** Computations that may wait for a thread, for each of our own. */
const WAITING_A_THREAD = 64;
/** How long those who wait for an answer still do once the process is told to stop. */
const PATIENCE_WHEN_CLOSING_MS = 5_000;

/** Puts together what computes: threads, the backlog, and what goes round between processes. */
export async function startEngine(store: Store, settings: EngineSettings): Promise<Engine> {
  const { threads, threadMegabytes, log, databaseUrl } = settings;
  const pool = new ThreadPool({ threads, megabytes: threadMegabytes });
  const owner = await store.join();
  const backlog: Backlog =
    databaseUrl === null ? new OwnBacklog() : await SharedBacklog.open(databaseUrl, log);
  const draining = new AbortController();
  const closing = new AbortController();
  // Every request that waits listens to it.
  setMaxListeners(0, closing.signal);
  const mostWaiting = WAITING_A_THREAD * Math.max(1, threads);
  const kept = new KeptAnswers(store.analyses, settings.answerCacheBytes);
  const executions = new Executions(pool, async ({ matrix, revision, digest }) =>
    packed(digest, await store.revisions.matrix(matrix, revision)),
  );
  const parts = { store: store.analyses, shared: store.shared, owner, backlog, executions, mostWaiting, log };
  const maker = new Maker({ ...parts, kept });
  const line = new WaitingLine((key) => void stopNeedless(key).catch(log));
  const isWaitedFor = (key: string) => line.has(key);
  const intake = new Intake({ ...parts, maker });
  executions.onEnd(() => void intake.take());
  const rounds = store.shared ? new Rounds({ ...parts, intake, isWaitedFor }) : null;
  const answers = new Answers({
    ...parts,
    kept,
    line,
    maker,
    admission: new Admission(store.analyses, settings.mostCost),
    closing: closing.signal,
    enqueue,
  });

  async function stopNeedless(key: string): Promise<void> {
    if ((await store.analyses.abandon(key)) && !isWaitedFor(key)) executions.stop(key);
  }
  /** What runs here already without a claim is ours; the rest is whose turn it is. */
  async function enqueue(claims: readonly Claim[]): Promise<void> {
    const keys = claims.map(({ key }) => key);
    const here = keys.filter((key) => executions.has(key));
    for (const claim of here.length === 0 ? [] : await store.analyses.take(here, owner)) {
      maker.hold(claim).catch(() => {});
    }
    await backlog.offer(keys.filter((key) => !here.includes(key)));
    void intake.take();
  }
  async function resume(): Promise<void> {
    await store.analyses.recover();
    await backlog.offer(await store.analyses.waiting({ ms: 0, limit: mostWaiting }));
    await intake.take();
  }
  await resume();

  return {
    answers,
    analyses: new Analyses({ ...parts, isWaitedFor, closing: draining.signal }),
    figures: () => ({
      running: executions.size,
      awaited: line.size,
      computed: executions.computed,
      joined: line.joined,
      deferred: answers.deferred,
    }),
    queued: () => store.analyses.countWaiting(),
    drain() {
      intake.close();
      draining.abort();
      for (const key of executions.progress().keys()) if (!isWaitedFor(key)) executions.stop(key);
      setTimeout(() => closing.abort(), PATIENCE_WHEN_CLOSING_MS).unref();
    },
    async close() {
      intake.close();
      rounds?.close();
      closing.abort();
      for (const key of executions.progress().keys()) executions.stop(key);
      await store.analyses.release(owner);
      await backlog.close();
      await pool.close();
    },
  };
}
