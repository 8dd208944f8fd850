import type { Db } from '../db/database.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Lease, Leases } from '../sessions/leases.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import { pause } from './abortable.ts';
import type { Browsers } from './browsers.ts';
import { watchControl } from './control-gate.ts';
import { watchHumanActs } from './human-acts.ts';
import { IllegalTransition, type TaskEvent } from './task-event.ts';
import type { TaskLease } from './task-lease.ts';
import { TaskLeaseLost } from './task-lease.ts';

/** One run of a task on this server, whatever its kind: how it writes, takes control, waits and must end. */
export interface TaskRun {
  readonly hold: TaskLease;
  readonly lease: Lease;
  readonly log: Log;
  /** The task was cancelled or taken from us, the session ended, or the server stops. */
  readonly mustEnd: AbortSignal;
  now(): string;
  /** Writes until it is written: an outage of the database delays a task, and never loses its steps. */
  move(...events: TaskEvent[]): Promise<void>;
  /** For outcomes that wait for the next write: a step's end and the next one's start are one event. */
  carry(...events: TaskEvent[]): void;
  /** Takes control for a task that begins; null when the session is over. */
  start(): Promise<number | null>;
  /** Gives control to the human, as if they had taken it. */
  handOver(): Promise<void>;
  /** The epoch at which the agent has control, or null when a human has it. */
  agentEpoch(): Promise<number | null>;
  /** Parks the task until the agent is given control; resolves with the epoch of it. [AGT-4] */
  waitForControl(): Promise<number>;
  /** Resolves when the session or its task may have changed, with the task's row as it is now. */
  nextChange(): Promise<void>;
  /** A signal that is aborted when this node hears that control changed hands after `epoch`. */
  watchControl(epoch: number): { signal: AbortSignal; stop(): void };
}

const CONTROL_POLL_MS = 1_000;
const DATABASE_RETRY_MS = 500;

export function createTaskRun(
  deps: { db: Db; browsers: Browsers; leases: Leases; sessions: SessionStore; clock: Clock; log: Log },
  hold: TaskLease,
  lease: Lease,
  stopping: AbortSignal,
): TaskRun {
  const { leases, log } = deps;
  const { sessionId } = lease;
  const mustEnd = AbortSignal.any([hold.lost, hold.cancelled, lease.signal, stopping]);
  const human = watchHumanActs(deps, sessionId);
  let carried: TaskEvent[] = [];

  async function move(...events: TaskEvent[]): Promise<void> {
    while (carried.length + events.length > 0) {
      try {
        await hold.transition(...carried, ...events);
        carried = [];
        return;
      } catch (error) {
        if (error instanceof TaskLeaseLost || error instanceof IllegalTransition) throw error;
        if (stopping.aborted) throw error;
        log.warn({ event: 'task.write-delayed', taskId: hold.task.id, err: error });
        await pause(DATABASE_RETRY_MS, hold.lost);
      }
    }
  }

  async function agentEpoch(): Promise<number | null> {
    const row = await deps.sessions.find(sessionId);
    return row?.control_holder === 'agent' ? row.control_epoch : null;
  }

  async function changed(): Promise<void> {
    await nextChange(leases, sessionId, mustEnd);
    await look();
    mustEnd.throwIfAborted();
  }

  /** Without a database it is looked at again; a hold that was lost ends the wait by its signal. */
  const look = () => hold.renew().catch(() => undefined);

  const notTold = (error: unknown) => log.warn({ event: 'task.human-acts-unknown', err: error });

  async function waitForControl(): Promise<number> {
    await look();
    await human.lost();
    let pausedAt: number | null = null;
    for (;;) {
      const session = await deps.sessions.find(sessionId);
      const epoch = session?.control_epoch ?? 0;
      const isAgents = session?.control_holder === 'agent';
      if (hold.task.pause_requested_at) {
        pausedAt ??= epoch;
        if (hold.task.status !== 'paused') await move({ type: 'paused' });
      } else if (!isAgents && hold.task.status === 'running') {
        await move({ type: 'human-took-control' });
      }
      // Control that is given back ends a pause too.
      const mayGoOn = !hold.task.pause_requested_at || epoch > (pausedAt ?? epoch);
      if (isAgents && mayGoOn) {
        if (hold.task.status !== 'running') {
          await human.returned(hold.task.id).catch(notTold);
          await move({ type: 'control-returned' });
        }
        return epoch;
      }
      await changed();
    }
  }

  return {
    ...{ hold, lease, log, mustEnd, move, agentEpoch, waitForControl },
    now: () => new Date(deps.clock.now()).toISOString(),
    carry: (...events) => void carried.push(...events),
    nextChange: changed,
    async start() {
      // Told to pause before it began: the one that has the browser keeps it.
      await look();
      if (hold.task.pause_requested_at) return waitForControl();
      const control = await deps.sessions.setControl(sessionId, 'agent');
      if (!control) return null;
      await human.begin();
      await move({ type: 'started' });
      return control.epoch;
    },
    handOver: async () => void (await deps.sessions.setControl(sessionId, 'human')),
    watchControl: (epoch) => watchControl(leases, sessionId, epoch),
  };
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
