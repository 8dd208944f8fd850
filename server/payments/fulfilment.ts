import { sql } from 'kysely';
import type Stripe from 'stripe';
import type { Db } from '../db/database.ts';
import type { Jobs } from '../db/jobs.ts';
import type { Log } from '../lib/log.ts';
import type { Revoke } from '../sessions/revocation.ts';
import { recordFacts } from './fact-store.ts';
import { type Granted, grantDay, grantSession } from './grant.ts';
import { factsOf, sessionPaidBy } from './observe.ts';
import { hasSeat, type WithSeats } from './seats.ts';

export type Fulfilled =
  | { status: 'paid'; sessionId: string }
  | { status: 'pending' }
  /** Paid, but the money is going back. */
  | { status: 'returned'; why: string }
  /** It will never be paid. */
  | { status: 'closed'; why: 'expired' | 'payment-failed' }
  /** The Checkout is not one of ours, or not what we sell. */
  | { status: 'refused'; why: string };

/** One function for webhook, success page and reconciler. [PAY-1] */
export type Fulfil = (checkoutSessionId: string) => Promise<Fulfilled>;

export function createFulfilment(deps: {
  db: Db;
  stripe: Stripe;
  jobs: Jobs;
  revoke: Revoke;
  log: Log;
  livemode: boolean;
  sessionTtlMs: number;
  maxSessions: number;
  withSeats: WithSeats;
}): Fulfil {
  const { db, stripe, log } = deps;
  const inFlight = new Map<string, Promise<Fulfilled>>();

  async function fulfil(checkoutSessionId: string): Promise<Fulfilled> {
    const checkout = await retrieve(stripe, checkoutSessionId);
    if (!checkout) return { status: 'refused', why: 'no such Checkout' };
    const orderId = checkout.client_reference_id;
    const order = orderId
      ? await db.selectFrom('orders').selectAll().where('id', '=', orderId).executeTakeFirst()
      : undefined;
    const why = order ? mismatch(checkout, order, deps.livemode) : 'no order of ours';
    if (!order || why) {
      log.warn({ event: 'payment.refused', checkoutSessionId, orderId, why });
      return { status: 'refused', why: why ?? 'no order of ours' };
    }
    if (checkout.payment_status === 'paid') return settle(checkout, order.id);
    const dead = neverPaid(checkout);
    if (!dead) return { status: 'pending' }; // a delayed method: the bank has not answered yet [PAY-10]
    await close(order.id);
    log.info({ event: 'payment.closed', orderId, why: dead });
    return { status: 'closed', why: dead };
  }

  async function settle(checkout: Stripe.Checkout.Session, orderId: string): Promise<Fulfilled> {
    const intent = expanded(checkout.payment_intent);
    const charge = expanded(intent?.latest_charge);
    const touched = charge && (charge.amount_refunded > 0 || charge.disputed);
    if (!touched) {
      const done = await grantedAlready(orderId);
      if (done) return { status: 'paid', sessionId: done };
    }
    const facts = intent && touched ? await factsOf(stripe, intent.id) : [];
    const { granted, revoked } = await deps.withSeats(async (trx) => {
      // The session before the order, as when a session ends: the other way round would deadlock.
      await trx
        .selectFrom('sessions')
        .select('id')
        .where('id', '=', trx.selectFrom('orders').select('extends_session_id').where('id', '=', orderId))
        .forUpdate()
        .execute();
      await trx.selectFrom('orders').select('id').where('id', '=', orderId).forUpdate().execute();
      const seat = await hasSeat(trx, orderId);
      const order = await trx
        .updateTable('orders')
        .set({
          paid_at: sql<Date>`coalesce(paid_at, now())`,
          payment_intent_id: intent?.id ?? null,
          checkout_session_id: checkout.id,
        })
        .where('id', '=', orderId)
        .returningAll()
        .executeTakeFirstOrThrow();
      const state = await recordFacts(trx, orderId, [{ kind: 'paid', stripeId: checkout.id }, ...facts]);
      const grant = order.extends_session_id ? grantDay : grantSession;
      const result: Granted = await grant(trx, deps, { order, state, hasSeat: seat });
      const sessionId = state.standing === 'revoked' ? await sessionPaidBy(trx, orderId) : null;
      return {
        granted: result,
        revoked: sessionId && state.standing === 'revoked' ? { sessionId, reason: state.reason } : null,
      };
    });
    if (revoked) await deps.revoke(revoked.sessionId, revoked.reason);
    if (granted.status === 'returned') return granted;
    if (granted.isNew) log.info({ event: 'payment.fulfilled', sessionId: granted.sessionId, orderId });
    return { status: 'paid', sessionId: granted.sessionId };
  }

  /** The common case of a copy: no need to queue for the seats. */
  async function grantedAlready(orderId: string): Promise<string | null> {
    const row = await db
      .selectFrom('orders as o')
      .leftJoin('sessions as s', 's.order_id', 'o.id')
      .select(['s.id', 'o.extends_session_id', 'o.day_starts_at'])
      .where('o.id', '=', orderId)
      .executeTakeFirst();
    return row?.id ?? (row?.day_starts_at ? row.extends_session_id : null);
  }

  const close = (orderId: string) =>
    db
      .updateTable('orders')
      .set({ closed_at: sql<Date>`now()` })
      .where('id', '=', orderId)
      .where('closed_at', 'is', null)
      .execute();

  function begin(checkoutSessionId: string): Promise<Fulfilled> {
    const next = fulfil(checkoutSessionId).finally(() => inFlight.delete(checkoutSessionId));
    inFlight.set(checkoutSessionId, next);
    return next;
  }

  return async (checkoutSessionId) => {
    // Copies that arrive together share one retrieval; over nodes the UNIQUE order_id decides.
    const running = inFlight.get(checkoutSessionId);
    if (!running) return begin(checkoutSessionId);
    const shared = await running;
    // It may have looked before the payment that we were told of: then look again.
    if (shared.status !== 'pending') return shared;
    return inFlight.get(checkoutSessionId) ?? begin(checkoutSessionId);
  };
}

/** Null when Stripe does not know it: trying again would not help. */
async function retrieve(stripe: Stripe, checkoutSessionId: string): Promise<Stripe.Checkout.Session | null> {
  try {
    return await stripe.checkout.sessions.retrieve(checkoutSessionId, {
      expand: ['payment_intent.latest_charge'],
    });
  } catch (error) {
    if ((error as { code?: string }).code === 'resource_missing') return null;
    throw error;
  }
}

function expanded<T>(value: string | T | null | undefined): T | null {
  return value && typeof value !== 'string' ? value : null;
}

/** Why no money will ever come of an unpaid Checkout; null while it still may. */
function neverPaid(checkout: Stripe.Checkout.Session): 'expired' | 'payment-failed' | null {
  if (checkout.status === 'expired') return 'expired';
  if (checkout.status !== 'complete') return null;
  const status = expanded(checkout.payment_intent)?.status;
  return status === 'requires_payment_method' || status === 'canceled' ? 'payment-failed' : null;
}

/** Decides from the retrieved Checkout, never from an event's body. Null when it is what we sold. [PAY-2] */
function mismatch(
  checkout: Stripe.Checkout.Session,
  order: { id: string; amount_cents: number; currency: string; checkout_session_id: string | null },
  livemode: boolean,
): string | null {
  if (checkout.livemode !== livemode) return 'wrong livemode';
  if (checkout.mode !== 'payment') return 'wrong mode';
  if (checkout.metadata?.order !== order.id) return 'wrong order nonce';
  if (checkout.amount_total !== order.amount_cents) return 'wrong amount';
  if (checkout.currency !== order.currency) return 'wrong currency';
  if (order.checkout_session_id && order.checkout_session_id !== checkout.id) return 'another Checkout';
  return null;
}
