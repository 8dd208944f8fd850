import type { Db } from '../db/database.ts';
import { type PaymentFact, type PaymentState, paymentState } from './payment-facts.ts';

/** Adds facts about an order's payment and answers what all facts together come to. [PAY-8] */
export async function recordFacts(
  trx: Db,
  orderId: string,
  facts: readonly PaymentFact[],
): Promise<PaymentState> {
  if (facts.length > 0) {
    await trx
      .insertInto('payment_facts')
      .values(facts.map(({ kind, stripeId }) => ({ order_id: orderId, kind, stripe_id: stripeId })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  const rows = await trx
    .selectFrom('payment_facts')
    .select(['kind', 'stripe_id as stripeId'])
    .where('order_id', '=', orderId)
    .execute();
  return paymentState(rows);
}
