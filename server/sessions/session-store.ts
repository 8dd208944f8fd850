import { type Kysely, type Selectable, sql } from 'kysely';
import type { Remains } from '../../shared/receipt.ts';
import type {
  Control,
  ControlHolder,
  DesktopStatus,
  EndedReason,
  SessionView,
} from '../../shared/session.ts';
import type { Db } from '../db/database.ts';
import type { Database } from '../db/schema.ts';
import { appendEvent } from '../realtime/event-log.ts';

export type SessionRow = Selectable<Database['sessions']>;

export function sessionView(row: SessionRow): SessionView {
  return {
    id: row.id,
    agentId: row.agent_id,
    status: row.status,
    endedReason: row.ended_reason,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    desktop: { status: row.desktop_status },
    control: { holder: row.control_holder, epoch: row.control_epoch },
  };
}

export interface SessionStore {
  find(sessionId: string): Promise<SessionRow | undefined>;
  listOfBuyer(buyerId: string): Promise<SessionRow[]>;
  /** Binds a desktop to a session that still awaits one; false when it has ended meanwhile. */
  markLive(sessionId: string, desktopId: string): Promise<boolean>;
  setDesktopStatus(sessionId: string, status: DesktopStatus): Promise<void>;
  /** Gives control to `holder`; the same holder again changes nothing. Undefined when the session is over. */
  setControl(sessionId: string, holder: ControlHolder): Promise<Control | undefined>;
  /** A human acted in a viewer: that is counted, and takes control unless it is told of late. [AGT-4] */
  noteHumanInput(
    sessionId: string,
    report: { keys: number; clicks: number; takesControl: boolean },
  ): Promise<void>;
  /** Keeps the first reason; false when it had ended already. [SES-2] */
  markEnded(sessionId: string, reason: EndedReason): Promise<boolean>;
  /** Processes and files are gone: `remains` is what was counted. [SES-9] */
  markReleased(sessionId: string, remains: Remains): Promise<void>;
}

/** What else an end makes necessary, in the transaction that ends it. */
export type OnEnding = (trx: Db, sessionId: string, reason: EndedReason) => Promise<void>;

export function createSessionStore(db: Db, onEnding: OnEnding = async () => {}): SessionStore {
  const notifyChange = (trx: Kysely<Database>, sessionId: string) =>
    sql`SELECT pg_notify('session_changes', ${sessionId})`.execute(trx);

  async function setControl(
    trx: Kysely<Database>,
    sessionId: string,
    holder: ControlHolder,
  ): Promise<Control | undefined> {
    const row = await trx
      .selectFrom('sessions')
      .selectAll()
      .where('id', '=', sessionId)
      .where('status', '!=', 'ended')
      .forUpdate()
      .executeTakeFirst();
    if (!row) return undefined;
    if (row.control_holder === holder) return { holder, epoch: row.control_epoch };
    const control = { holder, epoch: row.control_epoch + 1 };
    await trx
      .updateTable('sessions')
      .set({ control_holder: holder, control_epoch: control.epoch })
      .where('id', '=', sessionId)
      .execute();
    await appendEvent(trx, sessionId, { type: 'control.changed', data: control });
    await notifyChange(trx, sessionId);
    return control;
  }

  return {
    find: (sessionId) => db.selectFrom('sessions').selectAll().where('id', '=', sessionId).executeTakeFirst(),

    listOfBuyer: (buyerId) =>
      db
        .selectFrom('sessions')
        .selectAll()
        .where('buyer_id', '=', buyerId)
        .orderBy('created_at', 'desc')
        .limit(50)
        .execute(),

    markLive: (sessionId, desktopId) =>
      db.transaction().execute(async (trx) => {
        const row = await trx
          .updateTable('sessions')
          .set({ status: 'live', desktop_id: desktopId, desktop_status: 'ready', live_at: sql<Date>`now()` })
          .where('id', '=', sessionId)
          .where('status', '=', 'awaiting-desktop')
          .where('expires_at', '>', sql<Date>`now()`)
          .returning('expires_at')
          .executeTakeFirst();
        if (!row) return false;
        await appendEvent(trx, sessionId, {
          type: 'session.live',
          data: { expiresAt: row.expires_at.toISOString() },
        });
        await appendEvent(trx, sessionId, { type: 'desktop.status', data: { status: 'ready' } });
        await notifyChange(trx, sessionId);
        return true;
      }),

    setDesktopStatus: (sessionId, status) =>
      db.transaction().execute(async (trx) => {
        const row = await trx
          .updateTable('sessions')
          .set({ desktop_status: status })
          .where('id', '=', sessionId)
          .where('desktop_status', '!=', status)
          .where('status', '!=', 'ended')
          .returning('id')
          .executeTakeFirst();
        if (row) await appendEvent(trx, sessionId, { type: 'desktop.status', data: { status } });
      }),

    setControl: (sessionId, holder) => db.transaction().execute((trx) => setControl(trx, sessionId, holder)),

    noteHumanInput: (sessionId, { keys, clicks, takesControl }) =>
      db.transaction().execute(async (trx) => {
        if (takesControl) await setControl(trx, sessionId, 'human');
        await trx
          .updateTable('sessions')
          .set((eb) => ({
            human_keys: eb('human_keys', '+', keys),
            human_clicks: eb('human_clicks', '+', clicks),
          }))
          .where('id', '=', sessionId)
          .where('status', '!=', 'ended')
          .execute();
      }),

    markEnded: (sessionId, reason) =>
      db.transaction().execute(async (trx) => {
        const row = await trx
          .updateTable('sessions')
          .set({ status: 'ended', ended_reason: reason, ended_at: sql<Date>`now()` })
          .where('id', '=', sessionId)
          .where('status', '!=', 'ended')
          .returning('id')
          .executeTakeFirst();
        if (!row) return false;
        await appendEvent(trx, sessionId, { type: 'session.ended', data: { reason } });
        await onEnding(trx, sessionId, reason);
        await notifyChange(trx, sessionId);
        return true;
      }),

    markReleased: async (sessionId, remains) => {
      await db
        .updateTable('sessions')
        .set({ released_at: sql<Date>`now()`, desktop_status: 'gone', remains: JSON.stringify(remains) })
        .where('id', '=', sessionId)
        .where('released_at', 'is', null)
        .where('status', '=', 'ended')
        .execute();
    },
  };
}
