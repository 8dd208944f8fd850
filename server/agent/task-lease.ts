import { sql } from 'kysely';
import type { Db } from '../db/database.ts';
import type { TaskEvent } from './task-event.ts';
import { applyEvents, type TaskRow } from './task-store.ts';

/** How long a server that died keeps a task from the others. */
const TASK_LEASE_MS = 10_000;
const RENEW_MS = 1_000;

/** Another runner has the task, or it was closed: write nothing more. */
export class TaskLeaseLost extends Error {
  override readonly name = 'TaskLeaseLost';
}

/**
 * One runner's hold on one task. The time written is also the fence: a write counts only while the row still
 * shows the time that this holder wrote last. [AGT-6]
 */
export interface TaskLease {
  readonly task: TaskRow;
  /** Aborted with `TaskLeaseLost` when the hold is gone. */
  readonly lost: AbortSignal;
  /** Aborted when the owner asked to stop the task. */
  readonly cancelled: AbortSignal;
  /** Moves the task and logs it, in one transaction. */
  transition(...events: TaskEvent[]): Promise<TaskRow>;
  /** Looks for a cancel request now instead of at the next renewal. */
  renew(): Promise<void>;
  /** Lets another runner have the task at once, or when it was kept for `keepMs`. */
  release(keepMs?: number): Promise<void>;
}

export const leaseEnd = sql<Date>`date_trunc('milliseconds', now()) + ${TASK_LEASE_MS} * interval '1 millisecond'`;

/** Takes the session's oldest open task, or null when there is none or somebody holds it. */
export async function claimNextTask(db: Db, sessionId: string): Promise<TaskLease | null> {
  const claimed = await db
    .updateTable('tasks')
    .set({ lease_until: leaseEnd })
    .where('id', '=', (eb) =>
      eb
        .selectFrom('tasks as candidate')
        .select('candidate.id')
        // The oldest one only, so that a session's tasks never overtake each other.
        .where('candidate.id', '=', (inner) =>
          inner
            .selectFrom('tasks as oldest')
            .select('oldest.id')
            .where('oldest.session_id', '=', sessionId)
            .where('oldest.ended_at', 'is', null)
            .orderBy('oldest.created_at')
            .orderBy('oldest.id')
            .limit(1),
        )
        .where((or) =>
          or.or([
            or('candidate.lease_until', 'is', null),
            or('candidate.lease_until', '<=', sql<Date>`now()`),
          ]),
        )
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .executeTakeFirst();
  return claimed ? holdTask(db, claimed) : null;
}

/** The hold of whoever wrote `claimed.lease_until`. */
export function holdTask(db: Db, claimed: TaskRow): TaskLease {
  const lost = new AbortController();
  const cancelled = new AbortController();
  let task = claimed;
  let queue: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => void renew().catch(() => undefined), RENEW_MS);

  /** One at a time: each write changes the fence that the next one needs. */
  function inOrder<T>(work: () => Promise<T>): Promise<T> {
    const next = queue.then(work);
    queue = next.catch(() => undefined);
    return next;
  }

  function lose(): TaskLeaseLost {
    clearInterval(timer);
    const error = new TaskLeaseLost(`task ${task.id} is held by another runner or is closed`);
    lost.abort(error);
    return error;
  }

  function adopt(row: TaskRow): void {
    task = row;
    if (row.ended_at) clearInterval(timer);
    else if (row.cancel_requested_at) cancelled.abort();
  }

  async function renewNow(): Promise<void> {
    if (lost.signal.aborted || task.ended_at) return;
    const row = await db
      .updateTable('tasks')
      .set({ lease_until: leaseEnd })
      .where('id', '=', task.id)
      .where('lease_until', '=', task.lease_until)
      .returningAll()
      .executeTakeFirst();
    if (!row) throw lose();
    adopt(row);
  }

  const renew = () => inOrder(renewNow);

  return {
    get task() {
      return task;
    },
    lost: lost.signal,
    cancelled: cancelled.signal,
    renew,
    transition: (...events) =>
      inOrder(async () => {
        if (lost.signal.aborted) throw lost.signal.reason;
        const moved = await db.transaction().execute(async (trx) => {
          const row = await trx
            .updateTable('tasks')
            .set({ lease_until: leaseEnd })
            .where('id', '=', task.id)
            .where('lease_until', '=', task.lease_until)
            .returningAll()
            .executeTakeFirst();
          return row ? applyEvents(trx, row, events) : null;
        });
        if (!moved) throw lose();
        adopt(moved);
        return moved;
      }),
    async release(keepMs = 0) {
      clearInterval(timer);
      await inOrder(async () => {
        if (lost.signal.aborted || task.ended_at) return;
        await db
          .updateTable('tasks')
          .set({ lease_until: keepMs === 0 ? null : sql<Date>`now() + ${keepMs} * interval '1 millisecond'` })
          .where('id', '=', task.id)
          .where('lease_until', '=', task.lease_until)
          .execute();
      });
    },
  };
}
