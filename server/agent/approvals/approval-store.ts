import { type Selectable, sql } from 'kysely';
import type { ApprovalDecision, ApprovalView } from '../../../shared/approval.ts';
import type { Db } from '../../db/database.ts';
import type { Database } from '../../db/schema.ts';
import { ProblemError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { TaskEvent } from '../task-event.ts';
import { applyEvents } from '../task-store.ts';
import type { Judgement } from './judge.ts';

export type ApprovalRow = Selectable<Database['approvals']>;
/** `unknown`: it was not asked yet, or nobody answered in time. */
export type Standing = 'approved' | 'refused' | 'unknown';

export interface Approvals {
  /** What was said of just this, and spends a yes: it is for one action. */
  standing(taskId: string, mark: string): Promise<Standing>;
  /** Parks the task until somebody answers; the same question is asked once. */
  ask(asked: { sessionId: string; taskId: string; step: number }, about: Judgement): Promise<ApprovalRow>;
  find(approvalId: string): Promise<ApprovalRow & { expired: boolean }>;
  /** The task goes on, or is not ours to wait for any more. */
  leave(taskId: string): Promise<void>;
  /** Origins that the owner let this task open. */
  openedOrigins(taskId: string): Promise<string[]>;
  /** @throws {ProblemError} when there is no such question, or it was answered otherwise, or too late. */
  decide(sessionId: string, taskId: string, approvalId: string, decision: ApprovalDecision): Promise<void>;
}

const REFUSABLE = 100;

export function createApprovals(db: Db, ttlMs: number): Approvals {
  const expired = sql<boolean>`expires_at <= now()`;

  /** The row is locked, and its runner's fence left as it is: the next write of that runner sees this one. */
  const move = (taskId: string, event: TaskEvent) =>
    db.transaction().execute(async (trx) => {
      const task = await trx
        .selectFrom('tasks')
        .selectAll()
        .where('id', '=', taskId)
        .forUpdate()
        .executeTakeFirst();
      if (task) await applyEvents(trx, task, [event]);
    });

  return {
    async standing(taskId, mark) {
      const rows = await db
        .selectFrom('approvals')
        .select(['id', 'decision', 'used_at', expired.as('expired')])
        .where('task_id', '=', taskId)
        .where('mark', '=', mark)
        .orderBy('created_at', 'desc')
        .limit(REFUSABLE)
        .execute();
      // A no is for good: whoever asks again and again is not to wear anybody down.
      if (rows.some(({ decision }) => decision === 'refuse')) return 'refused';
      const yes = rows.find((row) => row.decision === 'approve' && !row.used_at && !row.expired);
      if (!yes) return 'unknown';
      const spent = await db
        .updateTable('approvals')
        .set({ used_at: sql<Date>`now()` })
        .where('id', '=', yes.id)
        .where('used_at', 'is', null)
        .returning('id')
        .executeTakeFirst();
      return spent ? 'approved' : 'unknown';
    },

    async ask({ sessionId, taskId, step }, { about, mark }) {
      const row = await db.transaction().execute(async (trx) => {
        await trx.selectFrom('tasks').select('id').where('id', '=', taskId).forUpdate().executeTakeFirst();
        const open = await trx
          .selectFrom('approvals')
          .selectAll()
          .where('task_id', '=', taskId)
          .where('mark', '=', mark)
          .where('decision', 'is', null)
          .where('expires_at', '>', sql<Date>`now()`)
          .executeTakeFirst();
        if (open) return open;
        return trx
          .insertInto('approvals')
          .values({
            ...{ id: newId('apr'), session_id: sessionId, task_id: taskId, mark },
            about: JSON.stringify({ ...about, step }),
            expires_at: sql<Date>`now() + ${ttlMs} * interval '1 millisecond'`,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
      });
      await move(taskId, { type: 'approval-asked', approval: approvalView(row) });
      return row;
    },

    find: (approvalId) =>
      db
        .selectFrom('approvals')
        .selectAll()
        .select(expired.as('expired'))
        .where('id', '=', approvalId)
        .executeTakeFirstOrThrow(),

    leave: (taskId) => move(taskId, { type: 'approval-settled' }),

    async openedOrigins(taskId) {
      const rows = await db
        .selectFrom('approvals')
        .select('about')
        .where('task_id', '=', taskId)
        .where('decision', '=', 'approve')
        .where('used_at', 'is not', null)
        .execute();
      return rows.flatMap(({ about }) =>
        about.kind === 'new-origin' && about.sendsTo ? [about.sendsTo] : [],
      );
    },

    decide: (sessionId, taskId, approvalId, decision) =>
      db.transaction().execute(async (trx) => {
        const row = await trx
          .selectFrom('approvals')
          .selectAll()
          .select(expired.as('expired'))
          .where('id', '=', approvalId)
          .where('task_id', '=', taskId)
          .where('session_id', '=', sessionId)
          .forUpdate()
          .executeTakeFirst();
        if (!row) throw new ProblemError(404, 'no-such-approval', 'This task has asked no such question.');
        if (row.decision === decision) return;
        if (row.decision) {
          throw new ProblemError(409, 'already-decided', `This was answered before, with '${row.decision}'.`);
        }
        if (row.expired) {
          throw new ProblemError(409, 'approval-expired', 'Nobody answered in time, so it was refused.');
        }
        await trx
          .updateTable('approvals')
          .set({ decision, decided_at: sql<Date>`now()` })
          .where('id', '=', approvalId)
          .execute();
      }),
  };
}

export function approvalView(row: ApprovalRow): ApprovalView {
  const { id, about, created_at, expires_at } = row;
  return { id, ...about, createdAt: created_at.toISOString(), expiresAt: expires_at.toISOString() };
}
