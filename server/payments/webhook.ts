import type Stripe from 'stripe';
import type { Db } from '../db/database.ts';
import type { Jobs } from '../db/jobs.ts';
import type { Clock } from '../lib/clock.ts';
import { ProblemError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { Fulfil } from './fulfilment.ts';
import type { ObservePayment } from './observe.ts';
import { paymentIntentOf, storeEvents } from './stripe-events.ts';

const TOLERANCE_SECONDS = 300;

export interface Webhook {
  /**
   * Verifies and stores one delivery; resolves after the commit. [PAY-4]
   * @throws {ProblemError} 400 `bad-signature` without having written anything. [PAY-3]
   */
  receive(rawBody: string, signature: string | undefined): Promise<void>;
  /** Acts on a stored event; may be repeated. */
  handle(eventId: string): Promise<void>;
}

export function createWebhook(deps: {
  db: Db;
  stripe: Stripe;
  /** One, or two during a roll. */
  secrets: readonly string[];
  jobs: Jobs;
  fulfil: Fulfil;
  observe: ObservePayment;
  clock: Clock;
  log: Log;
}): Webhook {
  const { db, stripe, log } = deps;

  function verify(rawBody: string, signature: string | undefined): Stripe.Event {
    const sentAt = Number(/(?:^|,)t=(\d+)/.exec(signature ?? '')?.[1]);
    const nowSeconds = Math.floor(deps.clock.now() / 1000);
    // The SDK checks only the past side.
    const inTime = Math.abs(nowSeconds - sentAt) <= TOLERANCE_SECONDS;
    for (const secret of inTime ? deps.secrets : []) {
      try {
        return stripe.webhooks.constructEvent(
          rawBody,
          signature ?? '',
          secret,
          TOLERANCE_SECONDS,
          undefined,
          deps.clock.now(),
        );
      } catch (error) {
        log.debug({ event: 'webhook.secret-mismatch', err: error });
      }
    }
    throw new ProblemError(400, 'bad-signature', 'The Stripe-Signature header does not fit this body.');
  }

  async function lookAt(type: string, objectId: string): Promise<void> {
    const paymentIntentId = await paymentIntentOf(stripe, type, objectId);
    if (paymentIntentId) await deps.observe(paymentIntentId);
  }

  return {
    async receive(rawBody, signature) {
      const event = verify(rawBody, signature);
      await storeEvents(db, deps.jobs, [event]);
      log.info({ event: 'webhook.received', eventId: event.id, type: event.type });
    },

    async handle(eventId) {
      const event = await db
        .selectFrom('stripe_events')
        .selectAll()
        .where('id', '=', eventId)
        .where('handled_at', 'is', null)
        .executeTakeFirst();
      if (!event) return;
      if (event.checkout_session_id) await deps.fulfil(event.checkout_session_id);
      else if (event.object_id) await lookAt(event.type, event.object_id);
      if (event.type === 'refund.failed')
        log.error({ event: 'payment.refund-failed', refundId: event.object_id });
      await db
        .updateTable('stripe_events')
        .set({ handled_at: new Date(deps.clock.now()) })
        .where('id', '=', eventId)
        .execute();
    },
  };
}
