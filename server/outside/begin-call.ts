import { sql } from 'kysely';
import { leaseEnd } from '../agent/task-lease.ts';
import { stepIsOpen } from '../agent/task-steps.ts';
import { applyEvents, type TaskRow } from '../agent/task-store.ts';
import type { Db } from '../db/database.ts';
import { newId } from '../lib/ids.ts';
import { OutsideRefused } from './refused.ts';

/** Who acts: the program that holds an API token. */
export interface OutsideAgent {
  tokenId: string;
  /** As the owner called it. */
  name: string;
  /** Whether its owner is asked before it does what cannot be undone. [AGT-5] */
  asks: boolean;
}

export interface CallBegun {
  task: TaskRow;
  /** Of the call among the task's steps. */
  index: number;
  /** At which the agent has control. */
  epoch: number;
}

/** A task's events carry all of its steps: a busy agent gets a new task now and then. */
const CALLS_PER_TASK = 50;

const tokenOfTask = sql<string | null>`input->>'tokenId'`;

/**
 * Writes a call down as a step of the agent's own task, which is open while it is at work, if it may act now:
 * no other task is open and the agent has control. The row's lock is what two nodes agree by. [AGT-8]
 * @throws {OutsideRefused}
 */
export async function beginCall(
  db: Db,
  sessionId: string,
  agent: OutsideAgent,
  call: { verb: string; summary: string },
): Promise<CallBegun> {
  const begun = await db.transaction().execute(async (trx) => {
    // Tasks before the session, as everywhere: the other order would deadlock.
    const own = await trx
      .selectFrom('tasks')
      .selectAll()
      .where('session_id', '=', sessionId)
      .where('kind', '=', 'outside')
      .where('ended_at', 'is', null)
      .where(tokenOfTask, '=', agent.tokenId)
      .forUpdate()
      .executeTakeFirst();
    const session = await trx
      .selectFrom('sessions')
      .select(['status', 'control_holder', 'control_epoch'])
      .where('id', '=', sessionId)
      .forUpdate()
      .executeTakeFirst();
    if (session?.status === 'awaiting-desktop') return new OutsideRefused('desktop-not-ready');
    if (session?.status !== 'live') return new OutsideRefused('session-ended');
    const others = await trx
      .selectFrom('tasks')
      .select(['name', tokenOfTask.as('token_id')])
      .where('session_id', '=', sessionId)
      .where('ended_at', 'is', null)
      .where('id', '!=', own?.id ?? '')
      .orderBy('created_at')
      .execute();
    const busy = own?.steps.some(stepIsOpen) ?? false;
    const other = others.find(({ token_id }) => token_id !== agent.tokenId);
    if (other) {
      // Whoever waits for this agent to be done goes first.
      if (own && !busy) await applyEvents(trx, own, [{ type: 'succeeded' }]);
      return new OutsideRefused('task-running', `The task “${other.name}” has this browser. ${WAIT}`);
    }
    // Its first call of several at the same time has just made the task.
    if (busy || others.length > 0) return new OutsideRefused('busy');
    if (own?.cancel_requested_at) return new OutsideRefused('cancelled');
    if (session.control_holder !== 'agent') return new OutsideRefused('human-has-control');
    const isFull = own !== undefined && own.steps.length >= CALLS_PER_TASK;
    if (isFull) await applyEvents(trx, own, [{ type: 'succeeded' }]);
    const row = own && !isFull ? own : await newTask();
    const moved = await applyEvents(trx, row, [
      ...(row.status === 'queued' ? [{ type: 'started' } as const] : []),
      { type: 'call-started', at: new Date().toISOString(), ...call },
    ]);
    const task = await trx
      .updateTable('tasks')
      .set({ lease_until: leaseEnd })
      .where('id', '=', moved.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    return { task, index: task.steps.length - 1, epoch: session.control_epoch };

    async function newTask(): Promise<TaskRow> {
      const { name, tokenId, asks } = agent;
      const opened = await trx
        .selectFrom('approvals')
        .innerJoin('tasks', 'tasks.id', 'approvals.task_id')
        .select(sql<string>`approvals.about->>'sendsTo'`.as('origin'))
        .distinct()
        .where('tasks.session_id', '=', sessionId)
        .where(tokenOfTask, '=', tokenId)
        .where('approvals.decision', '=', 'approve')
        .where(sql<string>`approvals.about->>'kind'`, '=', 'new-origin')
        .execute();
      // What the owner let it open stays open to it, though its tasks are many.
      const origins = opened.map(({ origin }) => origin);
      return trx
        .insertInto('tasks')
        .values({
          ...{ id: newId('tsk'), session_id: sessionId, name, kind: 'outside', steps: '[]' },
          approvals: asks ? 'ask' : 'never',
          // The shape of a playbook, for a server of the release before this one.
          input: JSON.stringify({ name, variables: {}, steps: [], tokenId, origins }),
        })
        .returningAll()
        .executeTakeFirstOrThrow();
    }
  });
  if (begun instanceof OutsideRefused) throw begun;
  return begun;
}

const WAIT = 'Wait until it has ended, or have its owner cancel it.';
