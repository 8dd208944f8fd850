import type { Stripe } from 'stripe';
import { newId } from '../core/ids.ts';

export interface NewRefund {
  amount: number;
  metadata?: Record<string, string> | undefined;
  reason?: string | undefined;
}

export function newRefund(charge: Stripe.Charge, values: NewRefund, created: number): Stripe.Refund {
  const byCard = charge.payment_method_details?.type === 'card';
  return {
    id: newId.refund(),
    object: 'refund',
    amount: values.amount,
    balance_transaction: null,
    charge: charge.id,
    created,
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    ...(byCard && {
      destination_details: {
        type: 'card',
        card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
      },
    }),
    metadata: values.metadata ?? {},
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: (values.reason ?? null) as Stripe.Refund['reason'],
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  };
}
