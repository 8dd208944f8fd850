import { type Kysely, sql } from 'kysely';
import type { SessionEvent } from '../../shared/protocol.ts';
import type { Database } from '../db/schema.ts';

export interface LoggedEvent {
  seq: number;
  at: Date;
  event: SessionEvent;
}

/**
 * Appends to a session's log and hints every node. Call it inside the transaction that changes what the
 * event tells of; `seq` has no gaps because the session's row is locked until commit. [RT-4]
 */
export async function appendEvent(
  db: Kysely<Database>,
  sessionId: string,
  event: SessionEvent,
): Promise<number> {
  const { last_seq: seq } = await db
    .updateTable('sessions')
    .set((eb) => ({ last_seq: eb('last_seq', '+', 1) }))
    .where('id', '=', sessionId)
    .returning('last_seq')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('events')
    .values({ session_id: sessionId, seq, event: JSON.stringify(event) })
    .execute();
  await sql`SELECT pg_notify('session_events', ${sessionId})`.execute(db);
  return seq;
}

/** The events after `after`, oldest first. */
export async function readEvents(
  db: Kysely<Database>,
  sessionId: string,
  after: number,
  limit: number,
): Promise<LoggedEvent[]> {
  const rows = await db
    .selectFrom('events')
    .select(['seq', 'created_at', 'event'])
    .where('session_id', '=', sessionId)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ seq: row.seq, at: row.created_at, event: row.event }));
}
