import type { Step } from '../../shared/playbook.ts';
import { stepSummary } from '../../shared/step-summary.ts';
import type { TaskError } from '../../shared/task.ts';
import { pause } from '../agent/abortable.ts';
import { ControlLost, watchControl } from '../agent/control-gate.ts';
import type { TaskEvent } from '../agent/task-event.ts';
import { holdTask } from '../agent/task-lease.ts';
import type { Db } from '../db/database.ts';
import type { Log } from '../lib/log.ts';
import type { Lease, Leases } from '../sessions/leases.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import { beginCall, type CallBegun, type OutsideAgent } from './begin-call.ts';
import { OutsideRefused } from './refused.ts';

export interface CallWanted {
  verb: string;
  /** One line for people. */
  summary: string;
  /** How long to wait for control, or for another task to end, before the call is refused. */
  waitMs?: number;
  /** Aborted when the client has gone or may not call any more; an `OutsideRefused` as its reason is told. */
  signal: AbortSignal;
}

export interface CallOutcome {
  error?: TaskError;
  result?: Record<string, unknown>;
  /** What was done, as a playbook can keep it. [AGT-2] */
  step?: Step;
}

/** A call under way: the session's browser is its own until `end`. */
export interface OutsideCall {
  readonly taskId: string;
  readonly index: number;
  readonly epoch: number;
  /** Aborted when it must stop: takeover, cancel, session's end, client gone, server stopping. */
  readonly signal: AbortSignal;
  /** Why it was stopped, once `signal` is aborted. */
  refusal(): OutsideRefused;
  /** Why the row's check of control failed: a human took it, or the session is over. */
  lost(): Promise<OutsideRefused>;
  end(outcome: CallOutcome): Promise<void>;
}

export interface OutsideCalls {
  /** @throws {OutsideRefused} */
  begin(lease: Lease, agent: OutsideAgent, wanted: CallWanted): Promise<OutsideCall>;
  /** Aborts what is under way, and waits for it. */
  stop(): Promise<void>;
}

/** Between two calls: other tasks wait for so long until the agent counts as done. */
const IDLE_MS = 15_000;
const BUSY_WAIT_MS = 20_000;
const RETRY_MS = 250;

/** An outside agent's calls under the session's rules of control, each a step of a task on the page. [AGT-8] */
export function createOutsideCalls(deps: {
  db: Db;
  leases: Pick<Leases, 'onChange'>;
  sessions: SessionStore;
  /** Looks for work: a task may have waited for the call that has ended. */
  kick: (sessionId: string) => void;
  log: Log;
}): OutsideCalls {
  const { db, leases, sessions, log } = deps;
  const stopping = new AbortController();
  const open = new Set<Promise<void>>();

  /** Waits for its turn as long as it may. */
  async function turn(lease: Lease, agent: OutsideAgent, wanted: CallWanted): Promise<CallBegun> {
    const { sessionId } = lease;
    const begunMs = performance.now();
    const signal = AbortSignal.any([wanted.signal, lease.signal, stopping.signal]);
    for (;;) {
      if (signal.aborted) throw refusalOf(signal, wanted.signal, lease);
      try {
        return await beginCall(db, sessionId, agent, wanted);
      } catch (error) {
        if (!(error instanceof OutsideRefused)) throw error;
        if (error.code === 'human-has-control' && (await takeUntouched(sessionId))) continue;
        const patienceMs = error.code === 'busy' ? BUSY_WAIT_MS : (wanted.waitMs ?? 0);
        const passes = ['busy', 'human-has-control', 'task-running', 'desktop-not-ready'].includes(
          error.code,
        );
        if (!passes || performance.now() - begunMs >= patienceMs) throw error;
        await pause(RETRY_MS, signal).catch(() => undefined);
      }
    }
  }

  /** Before anybody ever had control it is there to be taken, as a task takes it; later only a human gives it. */
  async function takeUntouched(sessionId: string): Promise<boolean> {
    const row = await sessions.find(sessionId);
    if (row?.control_holder !== 'human' || row.control_epoch !== 0) return false;
    return (await sessions.setControl(sessionId, 'agent')) !== undefined;
  }

  async function begin(lease: Lease, agent: OutsideAgent, wanted: CallWanted): Promise<OutsideCall> {
    const { task, index, epoch } = await turn(lease, agent, wanted);
    const { sessionId } = lease;
    const hold = holdTask(db, task);
    const guard = watchControl(leases, sessionId, epoch);
    const ended = Promise.withResolvers<void>();
    open.add(ended.promise);
    const signal = AbortSignal.any([
      ...[wanted.signal, lease.signal, stopping.signal, hold.lost, hold.cancelled, guard.signal],
    ]);
    const callLog = log.child({ sessionId, taskId: task.id, apiTokenId: agent.tokenId });
    const startedMs = performance.now();
    let done: Promise<void> | undefined;

    async function finish(outcome: CallOutcome): Promise<void> {
      guard.stop();
      try {
        const at = new Date().toISOString();
        await hold.transition(...eventsOf(wanted.verb, index, at, outcome));
        if (hold.cancelled.aborted) await hold.transition({ type: 'cancelled', at });
        const leaves = stopping.signal.aborted || (await somebodyWaits(sessionId));
        await hold.release(leaves ? 0 : IDLE_MS);
        if (leaves) deps.kick(sessionId);
      } catch (error) {
        // The session is over, or the database away: then its lease lapses, and the runner ends the task.
        callLog.info({ event: 'outside.call-left', err: error });
        await hold.release().catch(() => undefined);
      } finally {
        open.delete(ended.promise);
        ended.resolve();
        const durationMs = Math.round(performance.now() - startedMs);
        callLog.info({ event: 'outside.call', verb: wanted.verb, code: outcome.error?.code, durationMs });
      }
    }

    return {
      ...{ taskId: task.id, index, epoch, signal },
      refusal() {
        if (hold.cancelled.aborted) return new OutsideRefused('cancelled');
        return refusalOf(signal, wanted.signal, lease);
      },
      async lost() {
        const row = await sessions.find(sessionId);
        return new OutsideRefused(row?.status === 'live' ? 'human-has-control' : 'session-ended');
      },
      end(outcome) {
        done ??= finish(outcome);
        return done;
      },
    };
  }

  async function somebodyWaits(sessionId: string): Promise<boolean> {
    const row = await db
      .selectFrom('tasks')
      .select('id')
      .where('session_id', '=', sessionId)
      .where('ended_at', 'is', null)
      .where('kind', '!=', 'outside')
      .executeTakeFirst();
    return row !== undefined;
  }

  return {
    begin,
    async stop() {
      stopping.abort(new OutsideRefused('restarting'));
      await Promise.all(open);
    },
  };
}

function eventsOf(verb: string, index: number, at: string, { step, ...outcome }: CallOutcome): TaskEvent[] {
  const ended = { type: 'call-ended' as const, index, at, ...outcome };
  if (!step) return [ended];
  const entry = { type: 'result' as const, callId: '', tool: verb, text: '', step };
  return [
    { type: 'noted', seq: index, entry },
    { ...ended, summary: stepSummary(step) },
  ];
}

function refusalOf(signal: AbortSignal, client: AbortSignal, lease: Lease): OutsideRefused {
  if (lease.signal.aborted) return new OutsideRefused('session-ended');
  if (signal.reason instanceof OutsideRefused) return signal.reason;
  if (signal.reason instanceof ControlLost) return new OutsideRefused('human-has-control');
  return new OutsideRefused(client.aborted ? 'client-gone' : 'busy');
}
