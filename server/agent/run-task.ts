import type { Playbook, Step } from '../../shared/playbook.ts';
import { substitute } from '../../shared/playbook-variables.ts';
import type { TaskError } from '../../shared/task.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Lease, Leases } from '../sessions/leases.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import { pause } from './abortable.ts';
import type { Browsers } from './browsers.ts';
import { watchControl } from './control-gate.ts';
import { natureOf, type Registry } from './registry.ts';
import { runStep } from './run-step.ts';
import type { TaskLease } from './task-lease.ts';
import { TaskLeaseLost } from './task-lease.ts';
import { IllegalTransition, type TaskEvent } from './task-state.ts';

export interface RunTaskDeps {
  leases: Leases;
  sessions: SessionStore;
  browsers: Browsers;
  registry: Registry;
  clock: Clock;
  log: Log;
}

export const SESSION_ENDED: TaskError = {
  code: 'session-ended',
  message: 'The session ended before the task was finished.',
};

const CONTROL_POLL_MS = 1_000;
const DATABASE_RETRY_MS = 500;

/**
 * Runs a task from its first unfinished step until it ends, is parked (`stopping`), or is not ours any more.
 * [AGT-2] [AGT-4] [AGT-6]
 */
export async function runTask(
  deps: RunTaskDeps,
  hold: TaskLease,
  lease: Lease,
  stopping: AbortSignal,
): Promise<void> {
  const { sessionId } = lease;
  const { steps, variables } = hold.task.input as unknown as Playbook;
  const mustEnd = AbortSignal.any([hold.lost, hold.cancelled, lease.signal, stopping]);
  const now = () => new Date(deps.clock.now()).toISOString();
  /** Outcomes that wait for the next write: a step's end and the next one's start are one event. */
  let carried: TaskEvent[] = [];

  /** Writes until it is written: an outage of the database delays a task, and never loses its steps. */
  async function move(...events: TaskEvent[]): Promise<void> {
    for (;;) {
      try {
        await hold.transition(...carried, ...events);
        carried = [];
        return;
      } catch (error) {
        if (error instanceof TaskLeaseLost || error instanceof IllegalTransition) throw error;
        if (stopping.aborted) throw error;
        deps.log.warn({ event: 'task.write-delayed', taskId: hold.task.id, err: error });
        await pause(DATABASE_RETRY_MS, hold.lost);
      }
    }
  }

  /** The epoch at which the agent has control, or null when a human has it. */
  async function agentEpoch(): Promise<number | null> {
    const row = await deps.sessions.find(sessionId);
    return row?.control_holder === 'agent' ? row.control_epoch : null;
  }

  /** Parks the task until the agent is given control; resolves with the epoch of it. [AGT-4] */
  async function waitForControl(): Promise<number> {
    if (hold.task.status === 'running') await move({ type: 'human-took-control' });
    for (;;) {
      const epoch = await agentEpoch();
      if (epoch !== null) {
        await move({ type: 'control-returned' });
        return epoch;
      }
      await nextChange(deps.leases, sessionId, mustEnd);
    }
  }

  async function begin(): Promise<number | null> {
    if (hold.task.status === 'queued') {
      const control = await deps.sessions.setControl(sessionId, 'agent');
      if (!control) return null;
      await move({ type: 'started' });
      return control.epoch;
    }
    const cut = hold.task.steps.find((step) => step.status === 'running');
    if (cut && !natureOf(cut.verb).repeatable) {
      const message = `The server stopped while step ${cut.index} (${cut.verb}) ran; it is not known whether it was done.`;
      await move({
        type: 'step-failed',
        index: cut.index,
        at: now(),
        error: { code: 'interrupted', message },
      });
      return null;
    }
    if (cut) await move({ type: 'step-returned', index: cut.index });
    if (hold.task.status === 'waiting-for-human') return waitForControl();
    return (await agentEpoch()) ?? waitForControl();
  }

  async function play(first: number): Promise<void> {
    let epoch = first;
    for (const [index, template] of steps.entries()) {
      if (hold.task.steps[index]?.status === 'succeeded') continue;
      for (;;) {
        mustEnd.throwIfAborted();
        await move({ type: 'step-started', index, at: now() });
        const values = { ...variables, ...textResults(hold.task.result) };
        const step = { ...template, input: substitute(template.input, values) } as Step;
        const guard = watchControl(deps.leases, sessionId, epoch);
        const signal = AbortSignal.any([mustEnd, guard.signal]);
        const taskId = hold.task.id;
        const last = index === steps.length - 1;
        const outcome = await runStep(deps, { sessionId, taskId, index, step, epoch, last, signal });
        guard.stop();
        if (outcome.type === 'failed') {
          await move({ type: 'step-failed', index, at: now(), error: outcome.error });
          return;
        }
        if (outcome.type === 'done') {
          const { result } = outcome;
          carried.push({ type: 'step-succeeded', index, at: now(), ...(result ? { result } : {}) });
          // What later steps read by {{name}} must be there before they begin.
          if (result) await move();
          break;
        }
        carried.push({ type: 'step-returned', index });
        mustEnd.throwIfAborted();
        epoch = await waitForControl();
      }
    }
    await move({ type: 'succeeded' });
  }

  try {
    const epoch = await begin();
    if (epoch !== null) await play(epoch);
  } catch (error) {
    if (error instanceof TaskLeaseLost || hold.lost.aborted) return;
    if (hold.cancelled.aborted) await move({ type: 'cancelled', at: now() });
    else if (lease.signal.aborted) await move({ type: 'cancelled', at: now(), error: SESSION_ENDED });
    else if (stopping.aborted) await move();
    else {
      deps.log.error({ event: 'task.crashed', taskId: hold.task.id, err: error });
      await move({
        type: 'failed',
        error: { code: 'internal', message: 'The task stopped on an error of ours.' },
      });
    }
  }
}

/** What steps extracted, as variables for later ones. */
function textResults(result: Record<string, unknown> | null): Record<string, string> {
  const texts = Object.entries(result ?? {}).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(texts) as Record<string, string>;
}

/** Resolves when the session's row changed here, or after a second; a hint may be lost. */
async function nextChange(leases: Leases, sessionId: string, signal: AbortSignal): Promise<void> {
  const changed = new AbortController();
  const stop = leases.onChange((lease) => lease.sessionId === sessionId && changed.abort());
  try {
    await pause(CONTROL_POLL_MS, AbortSignal.any([signal, changed.signal])).catch(() => undefined);
  } finally {
    stop();
  }
  signal.throwIfAborted();
}
