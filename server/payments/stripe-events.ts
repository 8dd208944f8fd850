import { sql } from 'kysely';
import type Stripe from 'stripe';
import type { Db } from '../db/database.ts';
import type { Jobs } from '../db/jobs.ts';

/** What to switch on at Stripe's webhook endpoint, and what the reconciler lists. At most 20. */
export const EVENT_TYPES = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
  'charge.refunded',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.closed',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
  'radar.early_fraud_warning.created',
  'radar.early_fraud_warning.updated',
] as const satisfies Stripe.Event.Type[];

const HANDLED: ReadonlySet<string> = new Set(EVENT_TYPES);

/** Stores events with their jobs, once each, in one transaction; answers how many were new. [PAY-4] */
export async function storeEvents(db: Db, jobs: Jobs, events: readonly Stripe.Event[]): Promise<number> {
  const rows = events.map((event) => {
    const objectId = (event.data.object as { id?: string }).id ?? null;
    const isHandled = HANDLED.has(event.type);
    return {
      id: event.id,
      type: event.type,
      object_id: isHandled ? objectId : null,
      checkout_session_id: isHandled && event.type.startsWith('checkout.') ? objectId : null,
      handled_at: isHandled ? null : sql<Date>`now()`,
    };
  });
  if (rows.length === 0) return 0;
  return db.transaction().execute(async (trx) => {
    const stored = await trx
      .insertInto('stripe_events')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .returning(['id', 'handled_at'])
      .execute();
    for (const { id, handled_at } of stored) {
      if (!handled_at) await jobs.send(trx, 'stripe-event', { eventId: id });
    }
    return stored.length;
  });
}

/** The payment that an object belongs to, by Stripe's word. Null when Stripe does not know it. */
export async function paymentIntentOf(
  stripe: Stripe,
  type: string,
  objectId: string,
): Promise<string | null> {
  try {
    const { payment_intent: intent } = await retrieve(stripe, type, objectId);
    return typeof intent === 'string' ? intent : (intent?.id ?? null);
  } catch (error) {
    if ((error as { code?: string }).code === 'resource_missing') return null;
    throw error;
  }
}

function retrieve(
  stripe: Stripe,
  type: string,
  objectId: string,
): Promise<{ payment_intent?: string | Stripe.PaymentIntent | null }> {
  if (type.startsWith('charge.dispute.')) return stripe.disputes.retrieve(objectId);
  if (type.startsWith('radar.')) return stripe.radar.earlyFraudWarnings.retrieve(objectId);
  if (type.startsWith('refund.')) return stripe.refunds.retrieve(objectId);
  return stripe.charges.retrieve(objectId);
}
