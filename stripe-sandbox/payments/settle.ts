import { invalidRequest, noSuch } from '../api/stripe-error.ts';
import type { World } from '../core/world.ts';
import { outcomeOf } from '../objects/charge.ts';
import { emit } from '../webhooks/emit.ts';
import { refuse } from './confirm.ts';
import { bankDebitFor, type Decline } from './test-cards.ts';

const BANK_REFUSED: Decline = {
  code: 'payment_method_provider_decline',
  declineCode: 'insufficient_funds',
  message: "The customer's bank account has insufficient funds for this debit.",
};

export type SettleOutcome = 'succeeded' | 'failed';

/** What the account number says will happen; Stripe's own test accounts decide by number too. */
export function expectedOutcome(world: World, sessionId: string): SettleOutcome {
  const payment = world.pendingPayments.get(sessionId)?.payment;
  if (payment?.method !== 'bank_debit') return 'failed';
  const currency = world.sessions.get(sessionId)?.currency ?? 'usd';
  const account = bankDebitFor(currency)?.accounts.find((one) => one.number === payment.account);
  return account?.outcome === 'fails' ? 'failed' : 'succeeded';
}

/** The bank's answer, some time after a delayed payment completed its Checkout Session. */
export function settleBankDebit(world: World, sessionId: string, outcome: SettleOutcome): void {
  const session = world.sessions.get(sessionId);
  if (!session) throw noSuch('checkout.session', sessionId);
  const intent = world.paymentIntents.get(String(session.payment_intent));
  const charge = intent && world.charges.get(String(intent.latest_charge));
  if (intent?.status !== 'processing' || !charge) {
    throw invalidRequest(`The Checkout Session ${sessionId} waits for no bank.`);
  }
  world.pendingPayments.remove(sessionId);
  if (outcome === 'failed') {
    const result = { status: 'failed', decline: BANK_REFUSED } as const;
    world.charges.update(charge, {
      status: 'failed',
      paid: false,
      failure_code: BANK_REFUSED.code,
      failure_message: BANK_REFUSED.message,
      outcome: outcomeOf(result),
    });
    emit(world, 'charge.failed', charge);
    refuse(world, intent, BANK_REFUSED, charge.id);
    emit(world, 'checkout.session.async_payment_failed', session);
    return;
  }
  world.charges.update(charge, { status: 'succeeded', captured: true, amount_captured: charge.amount });
  world.paymentIntents.update(intent, { status: 'succeeded', amount_received: intent.amount });
  world.sessions.update(session, { payment_status: 'paid' });
  emit(world, 'payment_intent.succeeded', intent);
  emit(world, 'charge.succeeded', charge);
  emit(world, 'checkout.session.async_payment_succeeded', session);
}
