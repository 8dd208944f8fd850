import { sql } from 'kysely';
import type { EndedReason } from '../../shared/session.ts';
import type { Db } from '../db/database.ts';
import type { Log } from '../lib/log.ts';
import { type Periodic, periodic } from '../lib/periodic.ts';
import { warnOfEnds } from './end-warnings.ts';
import type { Revoke } from './revocation.ts';

const SWEEP_MS = 500;
const BATCH = 20;
/** A sweep that died in the middle of a cascade leaves it to the others after this long. */
const HOLD = sql<Date>`now() + interval '10 seconds'`;
/** A paid session whose desktop has not come up by then never will. [PAY-12] */
const PROVISION_LIMIT = sql<Date>`now() - interval '4 minutes'`;

interface Due {
  id: string;
  reason: EndedReason;
}

/**
 * Ends sessions that are overdue *or ended but never released*: without the second half a crashed
 * cascade's Chromium would run for ever. [SES-1] [SES-2]
 */
export function startSweep(deps: { db: Db; revoke: Revoke; log: Log }): Periodic {
  return periodic('session.sweep', SWEEP_MS, deps.log, async () => {
    await sweepOnce(deps);
    await warnOfEnds(deps.db);
  });
}

export async function sweepOnce(deps: { db: Db; revoke: Revoke; log: Log }): Promise<void> {
  for (let due = await claim(deps.db); due.length > 0; due = await claim(deps.db)) {
    await Promise.all(
      due.map(({ id, reason }) =>
        deps.revoke(id, reason).catch(async (error: unknown) => {
          deps.log.error({ event: 'session.revoke-failed', sessionId: id, err: error });
          await retrySoon(deps.db, id);
        }),
      ),
    );
  }
}

async function retrySoon(db: Db, sessionId: string): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ sweep_until: sql<Date>`now() + interval '1 second'` })
    .where('id', '=', sessionId)
    .execute();
}

/** Takes a batch for this sweep alone; what another sweep holds is skipped, not waited for. [SES-6] */
async function claim(db: Db): Promise<Due[]> {
  const { rows } = await sql<Due>`
    UPDATE sessions SET sweep_until = ${HOLD}
    WHERE id IN (
      SELECT id FROM sessions
      WHERE released_at IS NULL
        AND (sweep_until IS NULL OR sweep_until < now())
        AND (status = 'ended' OR expires_at <= now()
             OR (status = 'awaiting-desktop' AND created_at < ${PROVISION_LIMIT}))
      ORDER BY expires_at
      FOR UPDATE SKIP LOCKED
      LIMIT ${BATCH}
    )
    RETURNING id, coalesce(
      ended_reason,
      CASE WHEN status = 'awaiting-desktop' AND created_at < ${PROVISION_LIMIT}
           THEN 'failed' ELSE 'expired' END
    ) AS reason
  `.execute(db);
  return rows;
}
