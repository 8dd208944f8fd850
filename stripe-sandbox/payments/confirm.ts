import type { Stripe } from 'stripe';
import { invalidRequest } from '../api/stripe-error.ts';
import { newId } from '../core/ids.ts';
import type { World } from '../core/world.ts';
import { newCharge } from '../objects/charge.ts';
import { newPaymentIntent } from '../objects/payment-intent.ts';
import { emit } from '../webhooks/emit.ts';
import { completeWithCard, startBankDebit } from './complete.ts';
import type { CardPayment, Payment } from './payment.ts';
import { behaviourOf, type Decline } from './test-cards.ts';

/** Long enough to see the "payment received" screen first, short enough for a person to wait for. */
const AFTERMATH_DELAY_MS = 2000;

export type ConfirmResult =
  | { outcome: 'complete' }
  | { outcome: 'needs-authentication' }
  | { outcome: 'declined'; decline: Decline };

const AUTHENTICATION_FAILED: Decline = {
  code: 'payment_intent_authentication_failure',
  declineCode: null,
  message:
    'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
};

export function openSession(world: World, sessionId: string): Stripe.Checkout.Session {
  const session = world.sessions.get(sessionId);
  if (session?.status === 'open') return session;
  throw invalidRequest(`The Checkout Session ${sessionId} is ${session?.status ?? 'unknown'}, not open.`);
}

/** What the page's Pay button does once the form has passed its checks. */
export function confirm(world: World, sessionId: string, payment: Payment): ConfirmResult {
  const session = openSession(world, sessionId);
  const intent = intentOf(world, session);
  world.pendingPayments.remove(sessionId);
  if (payment.method === 'bank_debit') {
    startBankDebit(world, session, intent, payment);
    return { outcome: 'complete' };
  }
  const behaviour = behaviourOf(payment.number);
  switch (behaviour.type) {
    case 'declined':
      return declineCard(world, intent, payment, behaviour.decline);
    case 'needs-authentication':
      return askForAuthentication(world, session, intent, payment);
    case 'succeeds':
      completeWithCard(world, session, intent, payment, false);
      return { outcome: 'complete' };
    case 'disputed':
    case 'early-fraud-warning': {
      completeWithCard(world, session, intent, payment, false);
      const type = behaviour.type === 'disputed' ? 'dispute' : 'early-fraud-warning';
      world.schedule.in(AFTERMATH_DELAY_MS, { type, chargeId: String(intent.latest_charge) });
      return { outcome: 'complete' };
    }
  }
}

/** The buyer's answer to the 3D Secure challenge. */
export function authenticate(world: World, sessionId: string, passed: boolean): ConfirmResult {
  const session = openSession(world, sessionId);
  const pending = world.pendingPayments.get(sessionId);
  if (pending?.payment.method !== 'card') {
    throw invalidRequest(`The Checkout Session ${sessionId} waits for no authentication.`);
  }
  const intent = intentOf(world, session);
  world.pendingPayments.remove(sessionId);
  if (passed) {
    completeWithCard(world, session, intent, pending.payment, true);
    return { outcome: 'complete' };
  }
  refuse(world, intent, AUTHENTICATION_FAILED, undefined);
  return { outcome: 'declined', decline: AUTHENTICATION_FAILED };
}

/** As at Stripe since 2022-08-01, the PaymentIntent is born at the first attempt to pay. */
function intentOf(world: World, session: Stripe.Checkout.Session): Stripe.PaymentIntent {
  const known = world.paymentIntents.get(String(session.payment_intent));
  if (known) return known;
  const data = world.sessionExtras.get(session.id)?.paymentIntentData ?? {};
  const intent = world.paymentIntents.add(newPaymentIntent(session, data, world.nowSeconds()));
  world.sessions.update(session, { payment_intent: intent.id });
  emit(world, 'payment_intent.created', intent);
  return intent;
}

function declineCard(
  world: World,
  intent: Stripe.PaymentIntent,
  payment: CardPayment,
  decline: Decline,
): ConfirmResult {
  const methodId = newId.paymentMethod();
  const charge = world.charges.add(
    newCharge(intent, payment, { status: 'failed', decline }, methodId, world.nowSeconds()),
  );
  emit(world, 'charge.failed', charge);
  refuse(world, intent, decline, charge.id);
  return { outcome: 'declined', decline };
}

export function refuse(
  world: World,
  intent: Stripe.PaymentIntent,
  decline: Decline,
  chargeId: string | undefined,
): void {
  world.paymentIntents.update(intent, {
    status: 'requires_payment_method',
    next_action: null,
    payment_method: null,
    ...(chargeId && { latest_charge: chargeId }),
    last_payment_error: {
      ...(chargeId && { charge: chargeId }),
      code: decline.code as Stripe.PaymentIntent.LastPaymentError.Code,
      ...(decline.declineCode && { decline_code: decline.declineCode }),
      message: decline.message,
      type: 'card_error',
    },
  });
  emit(world, 'payment_intent.payment_failed', intent);
}

function askForAuthentication(
  world: World,
  session: Stripe.Checkout.Session,
  intent: Stripe.PaymentIntent,
  payment: CardPayment,
): ConfirmResult {
  world.pendingPayments.add({ id: session.id, created: world.nowSeconds(), payment });
  const url = `${world.publicUrl}/c/pay/${session.id}/authenticate`;
  world.paymentIntents.update(intent, {
    status: 'requires_action',
    last_payment_error: null,
    next_action: { type: 'redirect_to_url', redirect_to_url: { return_url: session.url, url } },
  });
  emit(world, 'payment_intent.requires_action', intent);
  return { outcome: 'needs-authentication' };
}
