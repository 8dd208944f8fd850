import { sql } from 'kysely';
import type { Db } from '../db/database.ts';
import { appendEvent } from '../realtime/event-log.ts';

const PER_TURN = 100;

/** The nearest warning that is due: an hour, ten minutes, one minute before the end. [SES-3] */
const DUE_MS = sql<number>`CASE
  WHEN expires_at <= now() + interval '1 minute' THEN 60000
  WHEN expires_at <= now() + interval '10 minutes' THEN 600000
  WHEN expires_at <= now() + interval '1 hour' THEN 3600000
END`;

/**
 * Warns of ends that have come near: each warning once over all nodes, and only the nearest after a pause.
 * A session that was never longer than a warning does not get it.
 */
export async function warnOfEnds(db: Db): Promise<void> {
  const near = await db
    .selectFrom('sessions')
    .select(['id', DUE_MS.as('due_ms')])
    .where('released_at', 'is', null)
    .where('status', '=', 'live')
    .where('expires_at', '>', sql<Date>`now()`)
    .where('expires_at', '<=', sql<Date>`now() + interval '1 hour'`)
    .where(sql<boolean>`expires_at - created_at > ${DUE_MS} * interval '1 millisecond'`)
    .where(sql<boolean>`warned_ms IS NULL OR warned_ms > ${DUE_MS}`)
    .orderBy('expires_at')
    .limit(PER_TURN)
    .execute();
  for (const { id, due_ms: inMs } of near) await warn(db, id, inMs);
}

async function warn(db: Db, sessionId: string, inMs: number): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const first = await trx
      .updateTable('sessions')
      .set({ warned_ms: inMs })
      .where('id', '=', sessionId)
      .where('status', '=', 'live')
      // Somebody may have bought another day, or another node may have warned, since we looked.
      .where('expires_at', '<=', sql<Date>`now() + ${inMs} * interval '1 millisecond'`)
      .where((eb) => eb.or([eb('warned_ms', 'is', null), eb('warned_ms', '>', inMs)]))
      .returning('id')
      .executeTakeFirst();
    if (first) await appendEvent(trx, sessionId, { type: 'session.ending', data: { inMs } });
  });
}
