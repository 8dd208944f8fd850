import type { Stripe } from 'stripe';
import { z } from 'zod';
import type { World } from '../core/world.ts';
import { refundCharge } from '../payments/refund.ts';
import { emit } from '../webhooks/emit.ts';
import { expandOf } from './expand.ts';
import { listPage } from './listing.ts';
import { expand, integer, metadata, paging } from './params.ts';
import { route } from './route.ts';
import { invalidRequest, noSuch } from './stripe-error.ts';

const createParams = z.strictObject({
  amount: integer(1).optional(),
  charge: z.string().optional(),
  expand: expandOf('refund'),
  metadata: metadata.optional(),
  payment_intent: z.string().optional(),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
});

const listParams = z.strictObject({
  ...paging,
  charge: z.string().optional(),
  payment_intent: z.string().optional(),
});

/** The one charge that a refund request means. */
function chargeToRefund(
  world: World,
  target: { charge?: string | undefined; payment_intent?: string | undefined },
): Stripe.Charge {
  if ((target.charge === undefined) === (target.payment_intent === undefined)) {
    throw invalidRequest(
      'One of the following params should be provided for this request: payment_intent or charge.',
    );
  }
  if (target.charge !== undefined) {
    const charge = world.charges.get(target.charge);
    if (!charge) throw noSuch('charge', target.charge, 'charge');
    return charge;
  }
  const intentId = target.payment_intent ?? '';
  const intent = world.paymentIntents.get(intentId);
  if (!intent) throw noSuch('payment_intent', intentId, 'payment_intent');
  const charge = world.charges.get(String(intent.latest_charge));
  if (intent.status === 'succeeded' && charge) return charge;
  throw invalidRequest(`This PaymentIntent (${intentId}) does not have a successful charge to refund.`, {
    code: 'payment_intent_unexpected_state',
    param: 'payment_intent',
  });
}

export const refundRoutes = [
  route('POST', '/v1/refunds', createParams, ({ world, params }) => {
    return refundCharge(world, chargeToRefund(world, params), params);
  }),
  route(
    'POST',
    '/v1/refunds/:id',
    z.strictObject({ expand, metadata: metadata.optional() }),
    ({ world, id, params }) => {
      const refund = world.refunds.get(id);
      if (!refund) throw noSuch('refund', id);
      world.refunds.update(refund, { metadata: { ...refund.metadata, ...params.metadata } });
      emit(world, 'refund.updated', refund);
      return refund;
    },
  ),
  route('GET', '/v1/refunds/:id', z.strictObject({ expand }), ({ world, id }) => {
    const refund = world.refunds.get(id);
    if (!refund) throw noSuch('refund', id);
    return refund;
  }),
  route('GET', '/v1/refunds', listParams, ({ world, params }) => {
    const refunds = world.refunds.newestFirst.filter((refund) => {
      if (params.charge !== undefined && refund.charge !== params.charge) return false;
      return params.payment_intent === undefined || refund.payment_intent === params.payment_intent;
    });
    return listPage('refund', '/v1/refunds', refunds, params);
  }),
];
