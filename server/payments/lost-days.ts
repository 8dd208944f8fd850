import { sql } from 'kysely';
import type { EndedReason } from '../../shared/session.ts';
import type { Db } from '../db/database.ts';
import type { Jobs } from '../db/jobs.ts';
import { wantRefund } from './refunds.ts';

/** A day that was used for less than this before its desktop was lost counts as not delivered. */
const TRIAL = sql`interval '10 minutes'`;

/**
 * What a session that failed owes its buyer: every paid day that never began, or had only just begun.
 * Runs inside the transaction that ends the session. [PAY-12]
 */
export function refundLostDays(jobs: Jobs) {
  return async (trx: Db, sessionId: string, reason: EndedReason): Promise<void> => {
    if (reason !== 'failed') return;
    const owed = await trx
      .selectFrom('sessions as s')
      .innerJoin('orders as o', (join) =>
        join.on((eb) =>
          eb.or([eb('o.id', '=', eb.ref('s.order_id')), eb('o.extends_session_id', '=', eb.ref('s.id'))]),
        ),
      )
      .select(['o.id', 's.live_at'])
      .where('s.id', '=', sessionId)
      .where('o.paid_at', 'is not', null)
      .where(
        sql<boolean>`coalesce(CASE WHEN o.id = s.order_id THEN s.live_at ELSE o.day_starts_at END, 'infinity')
          > now() - ${TRIAL}`,
      )
      .execute();
    for (const { id, live_at } of owed) {
      await wantRefund(trx, jobs, id, live_at ? 'desktop-lost' : 'no-desktop');
    }
  };
}
