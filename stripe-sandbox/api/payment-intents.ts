import { z } from 'zod';
import type { World } from '../core/world.ts';
import { cancelIntent, isCancellable } from '../payments/cancel.ts';
import { listPage } from './listing.ts';
import { expand, paging } from './params.ts';
import { route } from './route.ts';
import { invalidRequest, noSuch } from './stripe-error.ts';

const cancelParams = z.strictObject({
  cancellation_reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer', 'abandoned']).optional(),
  expand,
});

const listParams = z.strictObject({ ...paging, customer: z.string().optional() });

function intentOf(world: World, id: string) {
  const intent = world.paymentIntents.get(id);
  if (!intent) throw noSuch('payment_intent', id, 'intent');
  return intent;
}

export const paymentIntentRoutes = [
  route('GET', '/v1/payment_intents/:id', z.strictObject({ expand }), ({ world, id }) => intentOf(world, id)),
  route('POST', '/v1/payment_intents/:id/cancel', cancelParams, ({ world, id, params }) => {
    const intent = intentOf(world, id);
    if (world.sessions.all.some((session) => session.payment_intent === id && session.status === 'open')) {
      throw invalidRequest(
        'You cannot cancel this PaymentIntent because it belongs to an open Checkout Session: expire that instead.',
        { code: 'payment_intent_unexpected_state' },
      );
    }
    if (!isCancellable(intent)) {
      throw invalidRequest(
        `You cannot cancel this PaymentIntent because it has a status of ${intent.status}.`,
        { code: 'payment_intent_unexpected_state' },
      );
    }
    cancelIntent(world, intent, params.cancellation_reason ?? null);
    return intent;
  }),
  route('GET', '/v1/payment_intents', listParams, ({ world, params }) => {
    const intents = world.paymentIntents.newestFirst.filter((intent) => {
      return params.customer === undefined || intent.customer === params.customer;
    });
    return listPage('payment_intent', '/v1/payment_intents', intents, params);
  }),
];
