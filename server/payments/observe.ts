import type Stripe from 'stripe';
import type { Db } from '../db/database.ts';
import type { Jobs } from '../db/jobs.ts';
import type { Log } from '../lib/log.ts';
import type { Revoke } from '../sessions/revocation.ts';
import { recordFacts } from './fact-store.ts';
import type { PaymentFact } from './payment-facts.ts';
import { wantRefund } from './refunds.ts';

/** Looks a payment up at Stripe, records what is new of it, and ends its session when it is void. [PAY-9] */
export type ObservePayment = (paymentIntentId: string) => Promise<void>;

export function createObserve(deps: {
  db: Db;
  stripe: Stripe;
  jobs: Jobs;
  revoke: Revoke;
  log: Log;
}): ObservePayment {
  const { db, stripe, jobs, log } = deps;

  return async (paymentIntentId) => {
    const orderId = await orderOf(db, stripe, paymentIntentId);
    if (!orderId) return log.debug({ event: 'payment.not-ours', paymentIntentId });
    const facts = await factsOf(stripe, paymentIntentId);
    const voided = await db.transaction().execute(async (trx) => {
      // The order's lock is fulfilment's too: it sees these facts, or we see its session.
      await trx.selectFrom('orders').select('id').where('id', '=', orderId).forUpdate().executeTakeFirst();
      const state = await recordFacts(trx, orderId, facts);
      // A warned charge becomes a dispute with a fee unless it goes back first.
      if (facts.some(({ kind }) => kind === 'fraud-warned'))
        await wantRefund(trx, jobs, orderId, 'fraud-warning');
      if (state.standing !== 'revoked') return null;
      const sessionId = await sessionPaidBy(trx, orderId);
      return sessionId ? { sessionId, reason: state.reason } : null;
    });
    if (!voided) return;
    log.info({ event: 'payment.revoked', orderId, ...voided });
    await deps.revoke(voided.sessionId, voided.reason);
  };
}

/** The session that has not ended and lives on this order's money, its own or an added day's. */
export async function sessionPaidBy(trx: Db, orderId: string): Promise<string | null> {
  const row = await trx
    .selectFrom('sessions as s')
    .innerJoin('orders as o', (join) =>
      join.on((eb) =>
        eb.or([
          eb('o.id', '=', eb.ref('s.order_id')),
          eb.and([eb('o.extends_session_id', '=', eb.ref('s.id')), eb('o.day_starts_at', 'is not', null)]),
        ]),
      ),
    )
    .select('s.id')
    .where('o.id', '=', orderId)
    .where('s.status', '!=', 'ended')
    .executeTakeFirst();
  return row?.id ?? null;
}

/** A refund may be told of before the payment is: then only the Checkout knows the order. */
async function orderOf(db: Db, stripe: Stripe, paymentIntentId: string): Promise<string | null> {
  const known = await db
    .selectFrom('orders')
    .select('id')
    .where('payment_intent_id', '=', paymentIntentId)
    .executeTakeFirst();
  if (known) return known.id;
  const { data } = await stripe.checkout.sessions.list({ payment_intent: paymentIntentId, limit: 1 });
  const checkoutSessionId = data[0]?.id;
  if (!checkoutSessionId) return null;
  const order = await db
    .updateTable('orders')
    .set({ payment_intent_id: paymentIntentId })
    .where('checkout_session_id', '=', checkoutSessionId)
    .returning('id')
    .executeTakeFirst();
  return order?.id ?? null;
}

/** Everything but `paid`, which needs the Checkout's own proof. */
export async function factsOf(stripe: Stripe, paymentIntentId: string): Promise<PaymentFact[]> {
  const [intent, disputes, warnings] = await Promise.all([
    stripe.paymentIntents.retrieve(paymentIntentId, { expand: ['latest_charge'] }),
    stripe.disputes.list({ payment_intent: paymentIntentId, limit: 100 }),
    stripe.radar.earlyFraudWarnings.list({ payment_intent: paymentIntentId, limit: 100 }),
  ]);
  const facts: PaymentFact[] = [];
  const charge = intent.latest_charge;
  if (charge && typeof charge !== 'string') {
    if (charge.amount_refunded > 0) facts.push({ kind: 'partly-refunded', stripeId: charge.id });
    if (charge.refunded) facts.push({ kind: 'refunded', stripeId: charge.id });
  }
  for (const { id, status } of disputes.data) {
    facts.push({ kind: 'dispute-opened', stripeId: id });
    if (status === 'won') facts.push({ kind: 'dispute-won', stripeId: id });
    if (status === 'lost') facts.push({ kind: 'dispute-lost', stripeId: id });
  }
  for (const { id, actionable } of warnings.data) {
    if (actionable) facts.push({ kind: 'fraud-warned', stripeId: id });
  }
  return facts;
}
