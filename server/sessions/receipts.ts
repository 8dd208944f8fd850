import { type Selectable, sql } from 'kysely';
import type { ReceiptView } from '../../shared/receipt.ts';
import type { Artifacts } from '../agent/artifacts.ts';
import { createTaskStore, taskView } from '../agent/task-store.ts';
import type { Db } from '../db/database.ts';
import type { Database } from '../db/schema.ts';

export interface Receipts {
  /** Null while the session goes on. */
  of(sessionId: string): Promise<ReceiptView | null>;
  /** Deletes tasks, playbooks, results and files now; how and when the session ended stays. May be repeated. */
  forget(sessionId: string): Promise<void>;
  /** Forgets what has been kept for long enough. */
  forgetOverdue(): Promise<void>;
}

const PER_TURN = 50;

/** What is left of a session after its end, and for how long. [SES-9] */
export function createReceipts(deps: { db: Db; artifacts: Artifacts; retentionMs: number }): Receipts {
  const { db, artifacts, retentionMs } = deps;

  async function forget(sessionId: string): Promise<void> {
    await artifacts.deleteOf(sessionId);
    await db.transaction().execute(async (trx) => {
      const ended = await trx
        .updateTable('sessions')
        .set({ forgotten_at: sql<Date>`coalesce(forgotten_at, now())` })
        .where('id', '=', sessionId)
        .where('status', '=', 'ended')
        .returning('id')
        .executeTakeFirst();
      if (!ended) return;
      await trx.deleteFrom('events').where('session_id', '=', sessionId).execute();
      await trx.deleteFrom('playbooks').where('session_id', '=', sessionId).execute();
      await trx
        .deleteFrom('task_transcripts')
        .where('task_id', 'in', (eb) =>
          eb.selectFrom('tasks').select('id').where('session_id', '=', sessionId),
        )
        .execute();
      await trx.deleteFrom('tasks').where('session_id', '=', sessionId).execute();
    });
  }

  return {
    async of(sessionId) {
      const row = await db.selectFrom('sessions').selectAll().where('id', '=', sessionId).executeTakeFirst();
      if (!row?.ended_at || !row.ended_reason) return null;
      const orders = await db
        .selectFrom('orders as o')
        .selectAll('o')
        .select(({ exists, selectFrom }) =>
          exists(
            selectFrom('payment_facts as f')
              .select('f.kind')
              .whereRef('f.order_id', '=', 'o.id')
              .where('f.kind', '=', 'refunded'),
          ).as('refunded'),
        )
        .where('o.paid_at', 'is not', null)
        .where((eb) => eb.or([eb('o.id', '=', row.order_id), eb('o.extends_session_id', '=', sessionId)]))
        .orderBy('o.paid_at')
        .execute();
      const tasks = await createTaskStore(db).list(sessionId);
      const keptUntil = row.forgotten_at ?? new Date(row.ended_at.getTime() + retentionMs);
      return {
        sessionId,
        createdAt: row.created_at.toISOString(),
        endedAt: row.ended_at.toISOString(),
        endedReason: row.ended_reason,
        payments: orders.map((order) => ({
          amountCents: order.amount_cents,
          currency: order.currency,
          paidAt: (order.paid_at as Date).toISOString(),
          refund: refundOf(order),
        })),
        deletion:
          row.released_at && row.remains ? { ...row.remains, at: row.released_at.toISOString() } : null,
        keptUntil: keptUntil.toISOString(),
        tasks: tasks.map(taskView),
        files: await artifacts.list(sessionId),
      };
    },

    forget,

    async forgetOverdue() {
      const due = await db
        .selectFrom('sessions')
        .select('id')
        .where('status', '=', 'ended')
        .where('released_at', 'is not', null)
        .where('forgotten_at', 'is', null)
        .where('ended_at', '<=', sql<Date>`now() - ${retentionMs} * interval '1 millisecond'`)
        .orderBy('ended_at')
        .limit(PER_TURN)
        .execute();
      for (const { id } of due) await forget(id);
    },
  };
}

function refundOf(
  order: Selectable<Database['orders']> & { refunded: unknown },
): ReceiptView['payments'][number]['refund'] {
  if (order.refunded) return 'returned';
  return order.refund_wanted_at && !order.refund_settled_at ? 'on-its-way' : 'none';
}
