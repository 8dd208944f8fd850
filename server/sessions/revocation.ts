import { CLOSE } from '../../shared/close-codes.ts';
import type { EndedReason } from '../../shared/session.ts';
import type { Log } from '../lib/log.ts';
import type { VNCManager } from '../vnc-manager.ts';
import type { Leases } from './leases.ts';
import type { SessionStore } from './session-store.ts';

/** Ends a session everywhere. */
export type Revoke = (sessionId: string, reason: EndedReason) => Promise<void>;

/** Of a session that never had a desktop. */
const NOTHING = { processes: 0, files: 0 };

export function createRevocation(deps: {
  sessions: SessionStore;
  leases: Pick<Leases, 'end'>;
  desktops: Pick<VNCManager, 'release'>;
  /** Cancels what the agent still had to do. */
  endAgentWork: (sessionId: string) => Promise<void>;
  log: Log;
}): Revoke {
  const { sessions, leases, desktops, log } = deps;
  const inFlight = new Map<string, Promise<void>>();

  /** Truth first, then whoever is watching, then the machinery. Every step may be repeated. [SES-2] */
  async function revoke(sessionId: string, reason: EndedReason): Promise<void> {
    const begun = Date.now();
    if (await sessions.markEnded(sessionId, reason)) {
      log.info({ event: 'session.ended', sessionId, reason });
    }
    const row = await sessions.find(sessionId);
    if (!row) return;
    leases.end(sessionId, { ...CLOSE.sessionEnded, reason: row.ended_reason ?? reason });
    await deps.endAgentWork(sessionId);
    const remains = row.desktop_id ? await desktops.release(row.desktop_id) : NOTHING;
    if (remains.processes + remains.files > 0) {
      const { processes, files } = remains;
      throw new Error(`${processes} processes and ${files} files are left: will be tried again`);
    }
    await sessions.markReleased(sessionId, remains);
    log.info({ event: 'session.released', sessionId, durationMs: Date.now() - begun });
  }

  return (sessionId, reason) => {
    const running = inFlight.get(sessionId);
    if (running) return running;
    const next = revoke(sessionId, reason).finally(() => inFlight.delete(sessionId));
    inFlight.set(sessionId, next);
    return next;
  };
}
