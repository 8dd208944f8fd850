import type { Stripe } from 'stripe';
import { z } from 'zod';
import { invalidRequest, noSuch } from '../api/stripe-error.ts';
import type { Delivery } from '../core/store.ts';
import type { World } from '../core/world.ts';
import { authenticate, type ConfirmResult, confirm, openSession } from '../payments/confirm.ts';
import { closeDispute, openDispute, warnOfFraud } from '../payments/fraud.ts';
import type { Payment } from '../payments/payment.ts';
import { refundCharge } from '../payments/refund.ts';
import { settleBankDebit } from '../payments/settle.ts';
import { sendNow } from '../webhooks/emit.ts';

export const paySchema = z.strictObject({
  card: z
    .string()
    .regex(/^\d{12,19}$/)
    .optional(),
  bankAccount: z.string().optional(),
  email: z.email().default('buyer@example.com'),
  name: z.string().min(1).default('Sandy Buyer'),
  /** How a 3D Secure challenge ends; left out, the payment stays at the challenge. */
  authentication: z.enum(['complete', 'fail']).optional(),
});

export const targetSchema = z.strictObject({
  checkoutSession: z.string().optional(),
  paymentIntent: z.string().optional(),
  charge: z.string().optional(),
});

export const refundSchema = targetSchema.extend({
  amount: z.int().min(1).optional(),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
});

export const disputeSchema = targetSchema.extend({
  status: z
    .enum(['needs_response', 'warning_needs_response', 'won', 'lost', 'warning_closed'])
    .default('needs_response'),
});

export const settleSchema = z.strictObject({ outcome: z.enum(['succeeded', 'failed']) });

type Target = z.input<typeof targetSchema>;

/** What the bank, the buyer or the passing of time would do, done at once for a test. */
export function createVerbs(world: World) {
  return {
    pay(sessionId: string, input: z.input<typeof paySchema> = {}): ConfirmResult {
      const options = paySchema.parse(input);
      openSession(world, sessionId);
      const result = confirm(world, sessionId, paymentOf(world, options));
      if (result.outcome !== 'needs-authentication' || !options.authentication) return result;
      return authenticate(world, sessionId, options.authentication === 'complete');
    },
    refund(input: z.input<typeof refundSchema>): Stripe.Refund {
      const { amount, reason, ...target } = input;
      return refundCharge(world, chargeOf(world, target), { amount, reason });
    },
    dispute(input: z.input<typeof disputeSchema>): Stripe.Dispute {
      const { status = 'needs_response', ...target } = input;
      const charge = chargeOf(world, target);
      if (status === 'needs_response' || status === 'warning_needs_response')
        return openDispute(world, charge, status);
      const dispute = world.disputes.newestFirst.find((one) => one.charge === charge.id);
      if (!dispute) throw invalidRequest(`Charge ${charge.id} has no dispute to close: open one first.`);
      return closeDispute(world, dispute, status);
    },
    earlyFraudWarning(target: Target): Stripe.Radar.EarlyFraudWarning {
      return warnOfFraud(world, chargeOf(world, target));
    },
    settle(sessionId: string, outcome: 'succeeded' | 'failed'): Stripe.Checkout.Session | undefined {
      settleBankDebit(world, sessionId, outcome);
      return world.sessions.get(sessionId);
    },
    resend(eventId: string): Delivery[] {
      const event = world.events.get(eventId);
      if (!event) throw noSuch('event', eventId);
      const enabled = world.endpoints.all.filter((endpoint) => endpoint.object.status === 'enabled');
      return enabled.map((endpoint) => sendNow(world, event, endpoint));
    },
    deliveries: (): Delivery[] => world.deliveries.all,
  };
}

export type Verbs = ReturnType<typeof createVerbs>;

function paymentOf(world: World, options: z.output<typeof paySchema>): Payment {
  const { email, name } = options;
  if (options.bankAccount !== undefined) {
    return { method: 'bank_debit', account: options.bankAccount, email, name };
  }
  const expYear = new Date(world.clock.nowMs()).getUTCFullYear() + 2;
  return { method: 'card', number: options.card ?? '4242424242424242', expMonth: 12, expYear, email, name };
}

function chargeOf(world: World, target: Target): Stripe.Charge {
  const session = world.sessions.get(target.checkoutSession ?? '');
  const intentId = target.paymentIntent ?? session?.payment_intent;
  const intent = world.paymentIntents.get(String(intentId));
  const charge = world.charges.get(target.charge ?? String(intent?.latest_charge));
  if (charge) return charge;
  throw invalidRequest('Name a paid checkoutSession, paymentIntent or charge: none was found.');
}
