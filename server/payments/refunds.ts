import { sql } from 'kysely';
import type Stripe from 'stripe';
import type { Db } from '../db/database.ts';
import type { Jobs } from '../db/jobs.ts';
import type { Log } from '../lib/log.ts';
import type { ObservePayment } from './observe.ts';

export type RefundReason = 'no-seat' | 'no-desktop' | 'desktop-lost' | 'session-over' | 'fraud-warning';

/** Pays one order back in full; may be repeated. [PAY-12] */
export type Refund = (orderId: string) => Promise<void>;

/** Writes down that an order's money must go back, and the job that does it, in the caller's transaction. */
export async function wantRefund(trx: Db, jobs: Jobs, orderId: string, why: RefundReason): Promise<void> {
  const wanted = await trx
    .updateTable('orders')
    .set({ refund_why: why, refund_wanted_at: sql<Date>`now()` })
    .where('id', '=', orderId)
    .where('refund_wanted_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (wanted) await jobs.send(trx, 'refund', { orderId });
}

/** Stripe's words for "there is nothing left that we could send back". */
const NOTHING_TO_SEND = new Set(['charge_already_refunded', 'charge_disputed']);

export function createRefund(deps: { db: Db; stripe: Stripe; observe: ObservePayment; log: Log }): Refund {
  const { db, stripe, log } = deps;
  return async (orderId) => {
    const order = await db
      .selectFrom('orders')
      .selectAll()
      .where('id', '=', orderId)
      .where('refund_wanted_at', 'is not', null)
      .where('refund_settled_at', 'is', null)
      .executeTakeFirst();
    if (!order) return;
    const paymentIntentId = order.payment_intent_id;
    if (!paymentIntentId) throw new Error(`order ${orderId} wants a refund and has no payment`);
    const why = order.refund_why ?? '';
    try {
      await stripe.refunds.create(
        { payment_intent: paymentIntentId, metadata: { order: orderId, why } },
        { idempotencyKey: `refund_${orderId}` },
      );
      log.info({ event: 'payment.refunded', orderId, why });
    } catch (error) {
      const { code = '' } = error as { code?: string };
      if (!NOTHING_TO_SEND.has(code)) throw error;
      log.warn({ event: 'payment.refund-needless', orderId, why, code });
    }
    await deps.observe(paymentIntentId);
    await db
      .updateTable('orders')
      .set({ refund_settled_at: sql<Date>`now()` })
      .where('id', '=', orderId)
      .execute();
  };
}
