import { sql } from 'kysely';
import type { Desktop } from '../drivers/driver.ts';
import type { Clock } from '../lib/clock.ts';
import { type Periodic, periodic } from '../lib/periodic.ts';
import { finishOutsideTask } from '../outside/finish-task.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import { within } from './abortable.ts';
import { type Artifacts, createArtifacts } from './artifacts.ts';
import { type Browsers, createBrowsers } from './browsers.ts';
import { forgetConversations } from './llm/conversation.ts';
import type { ModelSettings } from './llm/model-settings.ts';
import { createRegistry, type Registry } from './registry.ts';
import { runTask, SESSION_ENDED } from './run-task.ts';
import { createSavedPlaybooks, type SavedPlaybooks } from './saved-playbooks.ts';
import { claimNextTask, type TaskLease } from './task-lease.ts';
import { createTaskRequests, type TaskRequests } from './task-requests.ts';
import { createTaskStore, type TaskStore } from './task-store.ts';
import { createTrust, type Trust, type TrustDeps } from './trust.ts';

export interface TaskRunnerDeps extends TrustDeps {
  sessions: SessionStore;
  desktopOf: (sessionId: string) => Promise<Desktop | null>;
  dataDir: string;
  /** Null: the agent runs playbooks only. */
  llm: ModelSettings | null;
  clock: Clock;
}

export interface TaskRunner {
  readonly store: TaskStore;
  readonly requests: TaskRequests;
  readonly playbooks: SavedPlaybooks;
  readonly llm: ModelSettings | null;
  readonly artifacts: Artifacts;
  /** For single calls beside tasks: they take turns with a task's steps. [AGT-1] */
  readonly registry: Registry;
  readonly browsers: Browsers;
  start(): void;
  /** Parks what runs: another server goes on with it at its next step. [OPS-4] */
  stop(): Promise<void>;
  /** The owner's answer to a question of a task. @throws {ProblemError} [AGT-5] */
  decide: Trust['decide'];
  /** Something about this session's tasks changed: look now instead of at the next poll. */
  kick(sessionId: string): void;
  /** The cascade's step: no task or connection of the session is left. May be repeated. [SES-2] */
  endSession(sessionId: string): Promise<void>;
}

const POLL_MS = 1_000;
/** A drain has ten seconds in all. [OPS-4] */
const STOP_GRACE_MS = 3_000;

interface Worker {
  done: Promise<void>;
  /** Look once more before leaving. */
  again: boolean;
  hold: TaskLease | null;
}

/** Runs every session's tasks one after the other, on whichever server holds the task's lease. [AGT-6] */
export function createTaskRunner(deps: TaskRunnerDeps): TaskRunner {
  const { db, leases, log } = deps;
  const store = createTaskStore(db);
  const requests = createTaskRequests(db, deps.sessions);
  const artifacts = createArtifacts(deps.dataDir);
  const browsers = createBrowsers({ desktopOf: deps.desktopOf, log });
  const trust = createTrust(deps);
  const registry = createRegistry({ db, artifacts, openGuard: trust.open });
  const stopping = new AbortController();
  const workers = new Map<string, Worker>();
  let poll: Periodic | undefined;
  let stopped: Promise<void> | undefined;

  async function runNext(sessionId: string, worker: Worker): Promise<boolean> {
    const lease = await leases.acquire(sessionId);
    if (!lease || lease.signal.aborted) {
      await store.cancelOpen(sessionId, SESSION_ENDED);
      await browsers.drop(sessionId);
      return false;
    }
    if (lease.desktopId === null) return false;
    const hold = await claimNextTask(db, sessionId);
    if (!hold) return false;
    worker.hold = hold;
    const taskLog = log.child({ sessionId, agentId: lease.agentId, taskId: hold.task.id });
    taskLog.info({ event: 'task.taken', status: hold.task.status });
    try {
      if (hold.task.kind === 'outside') await finishOutsideTask(hold);
      else await runTask({ ...deps, browsers, registry, log: taskLog }, hold, lease, stopping.signal);
    } finally {
      worker.hold = null;
      // Where the server stops, the next one goes on with the task, and its browser stays where it was.
      if (!stopping.signal.aborted) await trust.lift(sessionId);
      await hold.release();
      taskLog.info({ event: 'task.left', status: hold.task.status, code: hold.task.error?.code });
    }
    return true;
  }

  async function work(sessionId: string, worker: Worker): Promise<void> {
    try {
      do {
        worker.again = false;
        while (!stopping.signal.aborted && (await runNext(sessionId, worker)));
      } while (worker.again && !stopping.signal.aborted);
    } catch (error) {
      // The poll tries again; a task that was held goes on when its lease has lapsed.
      log.warn({ event: 'task.worker-failed', sessionId, err: error });
    } finally {
      workers.delete(sessionId);
      browsers.idle(sessionId);
    }
  }

  function kick(sessionId: string): void {
    if (stopping.signal.aborted) return;
    const busy = workers.get(sessionId);
    if (busy) {
      busy.again = true;
      void busy.hold?.renew().catch(() => undefined);
      return;
    }
    const worker: Worker = { done: Promise.resolve(), again: false, hold: null };
    workers.set(sessionId, worker);
    worker.done = work(sessionId, worker);
  }

  async function findWork(): Promise<void> {
    const rows = await db
      .selectFrom('tasks')
      .innerJoin('sessions', 'sessions.id', 'tasks.session_id')
      .select('tasks.session_id')
      .distinct()
      .where('tasks.ended_at', 'is', null)
      .where('sessions.status', 'in', ['live', 'ended'])
      .where((eb) =>
        eb.or([eb('tasks.lease_until', 'is', null), eb('tasks.lease_until', '<=', sql<Date>`now()`)]),
      )
      .limit(500)
      .execute();
    for (const row of rows) if (!workers.has(row.session_id)) kick(row.session_id);
  }

  return {
    store,
    requests,
    playbooks: createSavedPlaybooks(db),
    llm: deps.llm,
    artifacts,
    registry,
    browsers,
    decide: trust.decide,
    kick,
    start() {
      trust.start();
      poll = periodic('task.poll', POLL_MS, log, findWork);
    },
    stop() {
      stopped ??= (async () => {
        stopping.abort(new Error('the server is stopping'));
        await poll?.stop();
        await trust.stop();
        const left = Promise.all([...workers.values()].map((worker) => worker.done));
        await within(STOP_GRACE_MS, left, []);
        // Whatever still waits for a page that does not answer ends with its connection.
        await browsers.stop();
        await within(STOP_GRACE_MS, left, []);
      })();
      return stopped;
    },
    async endSession(sessionId) {
      await store.cancelOpen(sessionId, SESSION_ENDED);
      await workers
        .get(sessionId)
        ?.hold?.renew()
        .catch(() => undefined);
      await browsers.drop(sessionId);
      await trust.endSession(sessionId);
      await forgetConversations(db, sessionId);
    },
  };
}
