import { sql } from 'kysely';
import { CLOSE, type Close } from '../../shared/close-codes.ts';
import type { Control } from '../../shared/session.ts';
import type { Db } from '../db/database.ts';
import type { Listener } from '../db/listener.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { type Periodic, periodic } from '../lib/periodic.ts';

/**
 * This node's hold on a session that has not ended. Sockets, tunnels and the agent take `signal`; an
 * aborted signal stays aborted, so whoever comes during the cascade is refused rather than missed.
 */
export interface Lease {
  readonly sessionId: string;
  readonly agentId: string;
  readonly buyerId: string;
  /** Aborted with a `Close` as its reason. */
  readonly signal: AbortSignal;
  readonly expiresAt: Date;
  /** Null until a desktop is bound. */
  readonly desktopId: string | null;
  readonly control: Control;
  /** Until when the newest token that a control socket showed here is valid. [AUTH-6] */
  readonly authorizedUntilMs: number;
}

export interface Leases {
  /** The lease of a session that has not ended, or null. Reads the row the first time. */
  acquire(sessionId: string): Promise<Lease | null>;
  /** A control socket has proved itself anew: what hangs on it lives on. [AUTH-6] */
  renew(sessionId: string, untilMs: number): void;
  /** Closes everything that this node serves for a session. */
  end(sessionId: string, close: Close): void;
  /** Calls back after a lease's row changed (control taken, desktop bound). */
  onChange(handler: (lease: Lease) => void): () => void;
  start(): void;
  stop(): Promise<void>;
}

interface Held extends Omit<Lease, 'signal'> {
  controller: AbortController;
  expiresAt: Date;
  desktopId: string | null;
  control: Control;
  authorizedUntilMs: number;
}

const POLL_MS = 2_000;
const EXPIRY_CHECK_MS = 250;
/** Longer than any read can be under way. */
const REMEMBER_ENDED_MS = 60_000;

export function createLeases(deps: { db: Db; listener: Listener; clock: Clock; log: Log }): Leases {
  const { db, clock, log } = deps;
  const held = new Map<string, Held & { readonly signal: AbortSignal }>();
  /** When a session ended here: a read that began before must not bring its lease back. */
  const endedAt = new Map<string, number>();
  const loading = new Set<string>();
  const handlers = new Set<(lease: Lease) => void>();
  /** Database time minus our time: the session's end is a matter of the database's clock. [AUTH-3] */
  let databaseAheadMs = 0;
  let poll: Periodic | undefined;
  let expiry: NodeJS.Timeout | undefined;
  let unsubscribe = () => {};

  async function load(sessionIds: string[]): Promise<void> {
    if (sessionIds.length === 0) return;
    const rows = await db
      .selectFrom('sessions')
      .selectAll()
      .select(sql<Date>`now()`.as('database_now'))
      .where('id', 'in', sessionIds)
      .execute();
    for (const row of rows) {
      databaseAheadMs = row.database_now.getTime() - clock.now();
      const overdue = row.expires_at.getTime() <= row.database_now.getTime();
      if (row.status === 'ended' || overdue) {
        end(row.id, { ...CLOSE.sessionEnded, reason: row.ended_reason ?? 'expired' });
        continue;
      }
      if (endedAt.has(row.id)) continue;
      const control = { holder: row.control_holder, epoch: row.control_epoch };
      const fresh = { expiresAt: row.expires_at, desktopId: row.desktop_id, control };
      const known = held.get(row.id);
      if (known) {
        // A read that was overtaken by a newer one must not turn control back.
        if (control.epoch < known.control.epoch) continue;
        Object.assign(known, fresh);
        for (const handler of handlers) handler(known);
      } else {
        const controller = new AbortController();
        const ids = { sessionId: row.id, agentId: row.agent_id, buyerId: row.buyer_id };
        const { signal } = controller;
        held.set(row.id, { ...ids, ...fresh, controller, signal, authorizedUntilMs: 0 });
      }
    }
  }

  function end(sessionId: string, close: Close): void {
    endedAt.set(sessionId, clock.now());
    const lease = held.get(sessionId);
    if (!lease) return;
    held.delete(sessionId);
    log.info({ event: 'lease.ended', sessionId, code: close.code, reason: close.reason });
    lease.controller.abort(close);
  }

  function endOverdue(): void {
    for (const [sessionId, atMs] of endedAt) {
      if (clock.now() - atMs > REMEMBER_ENDED_MS) endedAt.delete(sessionId);
    }
    const databaseNow = clock.now() + databaseAheadMs;
    for (const lease of held.values()) {
      if (lease.expiresAt.getTime() > databaseNow) continue;
      end(lease.sessionId, { ...CLOSE.sessionEnded, reason: 'expired' });
    }
  }

  return {
    async acquire(sessionId) {
      if (!held.has(sessionId)) {
        loading.add(sessionId);
        await load([sessionId]).finally(() => loading.delete(sessionId));
      }
      return held.get(sessionId) ?? null;
    },
    renew(sessionId, untilMs) {
      const lease = held.get(sessionId);
      if (lease) lease.authorizedUntilMs = Math.max(lease.authorizedUntilMs, untilMs);
    },
    end,
    onChange(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    start() {
      const refresh = (ids: string[]) =>
        load(ids).catch((error: unknown) => log.warn({ event: 'lease.refresh-failed', err: error }));
      unsubscribe = deps.listener.on('session_changes', (sessionId) => {
        if (sessionId === null) void refresh([...held.keys()]);
        else if (held.has(sessionId) || loading.has(sessionId)) void refresh([sessionId]);
      });
      poll = periodic('lease.poll', POLL_MS, log, () => load([...held.keys()]));
      expiry = setInterval(endOverdue, EXPIRY_CHECK_MS);
    },
    async stop() {
      unsubscribe();
      clearInterval(expiry);
      await poll?.stop();
    },
  };
}
