import { sql } from 'kysely';
import type { Db } from '../db/database.ts';
import type { Log } from '../lib/log.ts';
import type { VNCManager } from '../vnc-manager.ts';
import type { Revoke } from './revocation.ts';
import type { SessionStore } from './session-store.ts';

/** Brings a live session's desktop back after its supervisor died; resolves when it is back or given up. */
export type Recover = (sessionId: string, desktopId: string) => Promise<void>;

/** So many times in a row, each soon after the last, and the machine cannot keep it alive. */
const RECOVERIES_MAX = 5;
/** A recovery takes some three seconds; whatever lives on for longer is worth another one. */
const SOON = sql<Date>`now() - interval '20 seconds'`;
const START_LIMIT_MS = 25_000;

export function createRecovery(deps: {
  db: Db;
  sessions: SessionStore;
  desktops: Pick<VNCManager, 'revive'>;
  revoke: Revoke;
  log: Log;
}): Recover {
  const { sessions, desktops, log } = deps;

  return async (sessionId, desktopId) => {
    const claimed = await claim(deps.db, sessionId);
    if (!claimed) return; // it has ended, or another node is at it
    if (claimed.recoveries > RECOVERIES_MAX) {
      log.error({ event: 'desktop.given-up', sessionId, desktopId, recoveries: claimed.recoveries });
      return deps.revoke(sessionId, 'failed');
    }
    await sessions.setDesktopStatus(sessionId, 'restarting');
    const begun = Date.now();
    try {
      await desktops.revive(desktopId, claimed.expiresAt, AbortSignal.timeout(START_LIMIT_MS));
    } catch (error) {
      log.error({ event: 'desktop.not-revived', sessionId, desktopId, err: error });
      return deps.revoke(sessionId, 'failed');
    }
    log.warn({ event: 'desktop.revived', sessionId, desktopId, durationMs: Date.now() - begun });
    await sessions.setDesktopStatus(sessionId, 'ready');
    await release(deps.db, sessionId);
  };
}

/** One node at a time; null when there is nothing to bring back. */
async function claim(db: Db, sessionId: string): Promise<{ expiresAt: Date; recoveries: number } | null> {
  const row = await db
    .updateTable('sessions')
    .set({
      recovery_until: sql<Date>`now() + interval '30 seconds'`,
      recovered_at: sql<Date>`now()`,
      recoveries: sql<number>`CASE WHEN recovered_at > ${SOON} THEN recoveries + 1 ELSE 1 END`,
    })
    .where('id', '=', sessionId)
    .where('status', '=', 'live')
    .where('expires_at', '>', sql<Date>`now()`)
    .where((eb) => eb.or([eb('recovery_until', 'is', null), eb('recovery_until', '<', sql<Date>`now()`)]))
    .returning(['expires_at', 'recoveries'])
    .executeTakeFirst();
  return row ? { expiresAt: row.expires_at, recoveries: row.recoveries } : null;
}

async function release(db: Db, sessionId: string): Promise<void> {
  await db.updateTable('sessions').set({ recovery_until: null }).where('id', '=', sessionId).execute();
}
