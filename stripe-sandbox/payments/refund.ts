import type { Stripe } from 'stripe';
import { invalidRequest } from '../api/stripe-error.ts';
import type { World } from '../core/world.ts';
import { formatAmount } from '../objects/money.ts';
import { newRefund } from '../objects/refund.ts';
import { emit } from '../webhooks/emit.ts';
import { retireWarnings } from './fraud.ts';

export interface RefundRequest {
  amount?: number | undefined;
  metadata?: Record<string, string> | undefined;
  reason?: string | undefined;
}

export function refundCharge(world: World, charge: Stripe.Charge, request: RefundRequest): Stripe.Refund {
  const amount = request.amount ?? charge.amount - charge.amount_refunded;
  refuseWrongRefund(world, charge, amount);
  const refund = world.refunds.add(newRefund(charge, { ...request, amount }, world.nowSeconds()));
  const refundedBefore = charge.amount_refunded;
  const amountRefunded = refundedBefore + amount;
  world.charges.update(charge, {
    amount_refunded: amountRefunded,
    refunded: amountRefunded === charge.amount,
  });
  emit(world, 'refund.created', refund);
  emit(world, 'charge.refunded', charge, { amount_refunded: refundedBefore });
  retireWarnings(world, charge);
  return refund;
}

function refuseWrongRefund(world: World, charge: Stripe.Charge, amount: number): void {
  if (charge.status !== 'succeeded') {
    throw invalidRequest(`Charge ${charge.id} did not succeed; only succeeded charges can be refunded.`);
  }
  if (charge.refunded) {
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, {
      code: 'charge_already_refunded',
    });
  }
  const disputes = world.disputes.all.filter((dispute) => dispute.charge === charge.id);
  if (disputes.some((dispute) => !dispute.is_charge_refundable)) {
    throw invalidRequest(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
    });
  }
  const left = charge.amount - charge.amount_refunded;
  if (amount > left) {
    const kind = charge.amount_refunded > 0 ? 'unrefunded amount on charge' : 'charge amount';
    const asked = formatAmount(amount, charge.currency);
    throw invalidRequest(
      `Refund amount (${asked}) is greater than ${kind} (${formatAmount(left, charge.currency)})`,
      {
        param: 'amount',
      },
    );
  }
}
