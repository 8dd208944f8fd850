import { type Selectable, sql } from 'kysely';
import type { Db } from '../db/database.ts';
import type { Jobs } from '../db/jobs.ts';
import type { Database } from '../db/schema.ts';
import { newId } from '../lib/ids.ts';
import { appendEvent } from '../realtime/event-log.ts';
import type { PaymentState } from './payment-facts.ts';
import { type RefundReason, wantRefund } from './refunds.ts';
import { seatsTaken } from './seats.ts';

/** What became of a paid order. */
export type Granted =
  | { status: 'granted'; sessionId: string; isNew: boolean }
  | { status: 'returned'; why: string };

interface Paid {
  /** Locked by the caller's transaction. */
  order: Selectable<Database['orders']>;
  state: PaymentState;
  /** Its seat was still kept for it when the payment was seen. */
  hasSeat: boolean;
}

type Deps = { jobs: Jobs; sessionTtlMs: number; maxSessions: number };

/** A day can be added until this long before the end: every node and the desktop must hear of it in time. */
const EXTENDABLE_UNTIL = sql`interval '5 seconds'`;

/** One paid order, one session; paid too late for the last seat, the money goes back. [PAY-1] [PAY-14] */
export async function grantSession(trx: Db, deps: Deps, paid: Paid): Promise<Granted> {
  const { order } = paid;
  const existing = await trx
    .selectFrom('sessions')
    .select('id')
    .where('order_id', '=', order.id)
    .executeTakeFirst();
  if (existing) return { status: 'granted', sessionId: existing.id, isNew: false };
  const refused = refusal(paid);
  if (refused) return refused;
  if (!paid.hasSeat && (await seatsTaken(trx)) >= deps.maxSessions)
    return giveBack(trx, deps, order.id, 'no-seat');
  const { id: sessionId } = await trx
    .insertInto('sessions')
    .values({
      id: newId('ses'),
      order_id: order.id,
      buyer_id: order.buyer_id,
      agent_id: newId('agt'),
      expires_at: sql<Date>`now() + ${deps.sessionTtlMs} * interval '1 millisecond'`,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await deps.jobs.send(trx, 'provision', { sessionId });
  return { status: 'granted', sessionId, isNew: true };
}

/** One paid extension, one more day; for a session that is over, the money goes back. [SES-3] */
export async function grantDay(trx: Db, deps: Deps, paid: Paid): Promise<Granted> {
  const { order } = paid;
  const sessionId = order.extends_session_id ?? '';
  if (order.day_starts_at) return { status: 'granted', sessionId, isNew: false };
  const refused = refusal(paid);
  if (refused) return refused;
  const session = await trx
    .selectFrom('sessions')
    .select('expires_at')
    .where('id', '=', sessionId)
    .where('status', '!=', 'ended')
    .where('expires_at', '>', sql<Date>`clock_timestamp() + ${EXTENDABLE_UNTIL}`)
    .forUpdate()
    .executeTakeFirst();
  if (!session) return giveBack(trx, deps, order.id, 'session-over');
  const expiresAt = new Date(session.expires_at.getTime() + deps.sessionTtlMs);
  await trx
    .updateTable('sessions')
    .set({ expires_at: expiresAt, warned_ms: null })
    .where('id', '=', sessionId)
    .execute();
  await trx
    .updateTable('orders')
    .set({ day_starts_at: session.expires_at })
    .where('id', '=', order.id)
    .execute();
  await appendEvent(trx, sessionId, {
    type: 'session.extended',
    data: { expiresAt: expiresAt.toISOString() },
  });
  await sql`SELECT pg_notify('session_changes', ${sessionId})`.execute(trx);
  await deps.jobs.send(trx, 'extend-desktop', { sessionId });
  return { status: 'granted', sessionId, isNew: true };
}

function refusal({ order, state }: Paid): Granted | null {
  if (order.refund_why) return { status: 'returned', why: order.refund_why };
  return state.standing === 'revoked' ? { status: 'returned', why: state.reason } : null;
}

async function giveBack(trx: Db, deps: Deps, orderId: string, why: RefundReason): Promise<Granted> {
  await wantRefund(trx, deps.jobs, orderId, why);
  return { status: 'returned', why };
}
