import Stripe from 'stripe';
import type { CheckoutCreated } from '../../shared/api.ts';
import { ProblemError } from '../lib/errors.ts';

export interface Price {
  amountCents: number;
  currency: string;
}

interface Order {
  id: string;
  expires_at: Date;
  extends_session_id: string | null;
}

/** Makes an order's one Checkout at Stripe; the same order again gets the same Checkout. [PAY-11] */
export function createStripeCheckout(stripe: Stripe, price: Price) {
  return async (order: Order, origin: string): Promise<CheckoutCreated> => {
    const sessionId = order.extends_session_id;
    const checkout = await stripe.checkout.sessions
      .create(
        {
          mode: 'payment',
          client_reference_id: order.id,
          metadata: { order: order.id },
          expires_at: Math.floor(order.expires_at.getTime() / 1000),
          ...(sessionId ? urlsOfExtension(origin, sessionId) : urlsOfStart(origin)),
          line_items: [
            {
              quantity: 1,
              price_data: {
                currency: price.currency,
                unit_amount: price.amountCents,
                product_data: {
                  name: sessionId ? 'One more day of your browser' : 'A browser with an agent, for 24 hours',
                },
              },
            },
          ],
        },
        { idempotencyKey: order.id },
      )
      .catch((error: unknown) => {
        if (!isOutage(error)) throw error;
        throw new ProblemError(
          503,
          'payments-unavailable',
          'Payments do not answer right now. Nothing was charged; try again in a minute.',
          { cause: error },
        );
      });
    if (!checkout.url) {
      throw new ProblemError(409, 'checkout-finished', 'This Checkout is finished already. Reload the page.');
    }
    return { checkoutUrl: checkout.url, checkoutSessionId: checkout.id };
  };
}

const isOutage = (error: unknown) =>
  error instanceof Stripe.errors.StripeConnectionError ||
  error instanceof Stripe.errors.StripeAPIError ||
  error instanceof Stripe.errors.StripeRateLimitError;

const urlsOfStart = (origin: string) => ({
  success_url: `${origin}/checkout/return?checkout_session_id={CHECKOUT_SESSION_ID}`,
  cancel_url: `${origin}/checkout/cancelled`,
});

const urlsOfExtension = (origin: string, sessionId: string) => ({
  success_url: `${origin}/s/${encodeURIComponent(sessionId)}`,
  cancel_url: `${origin}/s/${encodeURIComponent(sessionId)}`,
});
