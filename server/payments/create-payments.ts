import type Stripe from 'stripe';
import type { Db } from '../db/database.ts';
import type { Jobs } from '../db/jobs.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Revoke } from '../sessions/revocation.ts';
import { type Checkout, createCheckout } from './checkout.ts';
import { createFulfilment, type Fulfil } from './fulfilment.ts';
import { createObserve } from './observe.ts';
import { createReconciler, type Reconciler } from './reconciler.ts';
import { createRefund } from './refunds.ts';
import { createSeats } from './seats.ts';
import type { Price } from './stripe-checkout.ts';
import { createWebhook, type Webhook } from './webhook.ts';

export interface Payments {
  price: Price;
  checkout: Checkout;
  fulfil: Fulfil;
  webhook: Webhook;
  reconciler: Reconciler;
}

/** Wires the parts of payments over one Stripe client, and takes up their jobs. */
export async function createPayments(deps: {
  db: Db;
  stripe: Stripe;
  webhookSecrets: readonly string[];
  jobs: Jobs;
  revoke: Revoke;
  price: Price;
  livemode: boolean;
  maxSessions: number;
  sessionTtlMs: number;
  clock: Clock;
  log: Log;
}): Promise<Payments> {
  const withSeats = createSeats(deps.db);
  const fulfil = createFulfilment({ ...deps, withSeats });
  const observe = createObserve(deps);
  const refund = createRefund({ ...deps, observe });
  const webhook = createWebhook({ ...deps, secrets: deps.webhookSecrets, fulfil, observe });
  await deps.jobs.work('stripe-event', ({ eventId }) => webhook.handle(eventId));
  await deps.jobs.work('refund', ({ orderId }) => refund(orderId));
  return {
    price: deps.price,
    fulfil,
    webhook,
    checkout: createCheckout({ ...deps, fulfil, withSeats }),
    reconciler: createReconciler({ ...deps, fulfil, refund, handle: webhook.handle }),
  };
}
