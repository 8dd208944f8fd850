import type { TaskError } from '../../shared/task.ts';
import type { Db } from '../db/database.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Lease, Leases } from '../sessions/leases.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { Browsers } from './browsers.ts';
import type { ModelSettings } from './llm/model-settings.ts';
import { runInstruction } from './llm/run-instruction.ts';
import { TaskFailed } from './llm/task-failed.ts';
import type { Registry } from './registry.ts';
import { runPlaybook } from './run-playbook.ts';
import type { TaskLease } from './task-lease.ts';
import { TaskLeaseLost } from './task-lease.ts';
import { createTaskRun } from './task-run.ts';

export interface RunTaskDeps {
  db: Db;
  leases: Leases;
  sessions: SessionStore;
  browsers: Browsers;
  registry: Registry;
  /** Null: no task in words can be run. */
  llm: ModelSettings | null;
  clock: Clock;
  log: Log;
}

export const SESSION_ENDED: TaskError = {
  code: 'session-ended',
  message: 'The session ended before the task was finished.',
};

/**
 * Runs a task until it ends, is parked (`stopping`), or is not ours any more.
 * [AGT-2] [AGT-4] [AGT-6]
 */
export async function runTask(
  deps: RunTaskDeps,
  hold: TaskLease,
  lease: Lease,
  stopping: AbortSignal,
): Promise<void> {
  const run = createTaskRun(deps, hold, lease, stopping);
  try {
    if (hold.task.kind === 'instruction') await runInstruction(deps, run);
    else await runPlaybook(deps, run);
  } catch (error) {
    if (error instanceof TaskLeaseLost || hold.lost.aborted) return;
    if (error instanceof TaskFailed) {
      const { result } = error;
      await run.move({ type: 'failed', error: error.error, ...(result ? { result } : {}) });
    } else if (hold.cancelled.aborted) await run.move({ type: 'cancelled', at: run.now() });
    else if (lease.signal.aborted) await run.move({ type: 'cancelled', at: run.now(), error: SESSION_ENDED });
    else if (stopping.aborted) await run.move();
    else {
      deps.log.error({ event: 'task.crashed', taskId: hold.task.id, err: error });
      const message = 'The task stopped on an error of ours.';
      await run.move({ type: 'failed', error: { code: 'internal', message } });
    }
  }
}
