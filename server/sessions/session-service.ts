import type { Db } from '../db/database.ts';
import type { Jobs } from '../db/jobs.ts';
import type { Desktop } from '../drivers/driver.ts';
import type { Log } from '../lib/log.ts';
import { periodic } from '../lib/periodic.ts';
import type { Stopper } from '../lib/stopper.ts';
import type { VNCManager } from '../vnc-manager.ts';
import type { Leases } from './leases.ts';
import { createProvisioning } from './provisioning.ts';
import { createRecovery } from './recovery.ts';
import { createRevocation, type Revoke } from './revocation.ts';
import type { SessionRow, SessionStore } from './session-store.ts';
import { startSweep } from './sweep.ts';

export interface SessionService {
  desktopOf(sessionId: string): Promise<Desktop | null>;
  revoke: Revoke;
}

type WatchedSession = Pick<SessionRow, 'id' | 'desktop_id' | 'buyer_id' | 'agent_id'>;

const RECONCILE_MS = 10_000;

/** Wires the life of a session: adopt what lives on, provision what is paid, watch, sweep, end. */
export async function startSessionService(deps: {
  db: Db;
  jobs: Jobs;
  sessions: SessionStore;
  leases: Leases;
  desktops: VNCManager;
  endAgentWork: (sessionId: string) => Promise<void>;
  log: Log;
  stopper: Stopper;
}): Promise<SessionService> {
  const { db, jobs, sessions, desktops, log, stopper } = deps;
  const watched = new Map<string, () => void>();
  const revoke = createRevocation({
    ...deps,
    endAgentWork: async (sessionId) => {
      unwatch(sessionId);
      await deps.endAgentWork(sessionId);
    },
  });

  const recover = createRecovery({ ...deps, revoke });

  /** What the supervisor reports becomes an event on the page; a desktop that is lost is brought back. */
  function watch({ id: sessionId, desktop_id: desktopId, buyer_id, agent_id }: WatchedSession): void {
    if (watched.has(sessionId) || !desktopId) return;
    const ids = { sessionId, userId: buyer_id, agentId: agent_id, desktopId };
    const stop = desktops.watch(desktopId, ({ status, detail }) => {
      log.info({ event: 'desktop.status', ...ids, status, detail });
      const lost = status === 'gone' || status === 'failed';
      const change = lost ? bringBack(sessionId, desktopId) : sessions.setDesktopStatus(sessionId, status);
      change.catch((error: unknown) => log.error({ event: 'desktop.status-failed', ...ids, err: error }));
    });
    watched.set(sessionId, stop);
  }

  async function bringBack(sessionId: string, desktopId: string): Promise<void> {
    unwatch(sessionId); // its last word was said; whoever is alive afterwards is watched anew
    await recover(sessionId, desktopId);
    await reconcile();
  }

  function unwatch(sessionId: string): void {
    watched.get(sessionId)?.();
    watched.delete(sessionId);
  }

  /** Holds what runs here against the rows, whoever started it: adopts, lets go, ends orphans. [SES-5] */
  async function reconcile(): Promise<void> {
    const rows = await db
      .selectFrom('sessions')
      .select(['id', 'desktop_id', 'buyer_id', 'agent_id', 'status'])
      .where('released_at', 'is', null)
      .where('desktop_id', 'is not', null)
      .execute();
    const live = new Map(rows.filter(({ status }) => status === 'live').map((row) => [row.id, row]));
    for (const session of live.values()) watch(session);
    for (const sessionId of watched.keys()) if (!live.has(sessionId)) unwatch(sessionId);
    await desktops.endOrphans(new Set(rows.flatMap((row) => row.desktop_id ?? [])));
  }

  desktops.start();
  stopper.add('desktops', () => desktops.stop());
  await reconcile();
  stopper.add('desktop watches', () => {
    for (const sessionId of watched.keys()) unwatch(sessionId);
  });

  const provisioning = createProvisioning({ db, sessions, desktops, onLive: watch, log });
  await jobs.work('provision', ({ sessionId }, signal) => provisioning.provision(sessionId, signal));
  await jobs.work('extend-desktop', async ({ sessionId }) => {
    const row = await sessions.find(sessionId);
    if (!row || row.status === 'ended') return;
    if (!row.desktop_id) throw new Error(`session ${sessionId} has no desktop yet: will be tried again`);
    await desktops.extend(row.desktop_id, row.expires_at);
  });
  const sweep = startSweep({ db, revoke, log });
  stopper.add('session sweep', () => sweep.stop());
  const reconciler = periodic('session.reconcile', RECONCILE_MS, log, reconcile);
  stopper.add('session reconciler', () => reconciler.stop());
  return { desktopOf: provisioning.desktopOf, revoke };
}
