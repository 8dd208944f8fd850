import { sql } from 'kysely';
import type { AdminHealth, AdminSession } from '../../shared/admin.ts';
import type { Db } from '../db/database.ts';
import { sessionView } from '../sessions/session-store.ts';

const SHOWN_MAX = 200;

/** What still takes a desktop first, then the newest. */
export async function listSessions(db: Db): Promise<AdminSession[]> {
  const rows = await db
    .selectFrom('sessions')
    .selectAll()
    .orderBy(sql`released_at IS NULL`, 'desc')
    .orderBy('created_at', 'desc')
    .limit(SHOWN_MAX)
    .execute();
  return rows.map((row) => ({
    ...sessionView(row),
    endedAt: row.ended_at?.toISOString() ?? null,
    releasedAt: row.released_at?.toISOString() ?? null,
  }));
}

export async function countSessions(db: Db): Promise<AdminHealth['sessions']> {
  const rows = await db
    .selectFrom('sessions')
    .select((eb) => ['status', eb.fn.countAll<number>().as('count')])
    .where('released_at', 'is', null)
    .groupBy('status')
    .execute();
  const countOf = (status: string) => Number(rows.find((row) => row.status === status)?.count ?? 0);
  return { awaitingDesktop: countOf('awaiting-desktop'), live: countOf('live'), ending: countOf('ended') };
}
