import type { Db } from '../db/database.ts';
import type { Desktop } from '../drivers/driver.ts';
import type { Log } from '../lib/log.ts';
import type { VNCManager } from '../vnc-manager.ts';
import type { SessionRow, SessionStore } from './session-store.ts';

export interface Provisioning {
  /** Gives an awaiting session its desktop; repeatable, and finishes what a crash left half done. */
  provision(sessionId: string, signal: AbortSignal): Promise<void>;
  /** The desktop of a session, when it has one that is alive. */
  desktopOf(sessionId: string): Promise<Desktop | null>;
}

export function createProvisioning(deps: {
  db: Db;
  sessions: SessionStore;
  desktops: VNCManager;
  onLive: (session: SessionRow) => void;
  log: Log;
}): Provisioning {
  const { db, sessions, desktops, log } = deps;

  /** Writes down which desktop is meant before it is started, so that a crash leaves no stranger running. */
  async function bind(sessionId: string): Promise<string | null> {
    const row = await sessions.find(sessionId);
    if (row?.status !== 'awaiting-desktop') return null;
    if (row.desktop_id) return row.desktop_id;
    const desktopId = desktops.reserve();
    const bound = await db
      .updateTable('sessions')
      .set({ desktop_id: desktopId })
      .where('id', '=', sessionId)
      .where('desktop_id', 'is', null)
      .where('status', '=', 'awaiting-desktop')
      .returning('id')
      .executeTakeFirst();
    if (bound) return desktopId;
    await desktops.release(desktopId); // another node was quicker
    return bind(sessionId);
  }

  return {
    async provision(sessionId, signal) {
      const begun = Date.now();
      const desktopId = await bind(sessionId);
      const row = desktopId ? await sessions.find(sessionId) : undefined;
      if (!desktopId || !row) return;
      await desktops.give(desktopId, row.expires_at, signal);
      if (await sessions.markLive(sessionId, desktopId)) {
        const ids = { sessionId, userId: row.buyer_id, agentId: row.agent_id, desktopId };
        log.info({ event: 'session.live', ...ids, durationMs: Date.now() - begun });
        deps.onLive(row);
      } else {
        await desktops.release(desktopId); // it ended while its desktop started
      }
    },

    async desktopOf(sessionId) {
      const row = await sessions.find(sessionId);
      if (row?.status !== 'live' || !row.desktop_id) return null;
      return desktops.find(row.desktop_id);
    },
  };
}
