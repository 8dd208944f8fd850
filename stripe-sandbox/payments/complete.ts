import type { Stripe } from 'stripe';
import { newId } from '../core/ids.ts';
import type { World } from '../core/world.ts';
import { newCharge } from '../objects/charge.ts';
import { customerDetails } from '../objects/checkout-session.ts';
import { newCustomer } from '../objects/customer.ts';
import { emit } from '../webhooks/emit.ts';
import { matchingFault } from '../webhooks/faults.ts';
import type { BankDebitPayment, CardPayment, Payment } from './payment.ts';

const BANK_DEBIT_DELAY_MS = 30_000;

export function completeWithCard(
  world: World,
  session: Stripe.Checkout.Session,
  intent: Stripe.PaymentIntent,
  payment: CardPayment,
  threeDSecure: boolean,
): void {
  attachCustomer(world, session, intent, payment);
  const methodId = newId.paymentMethod();
  const result = { status: 'succeeded', threeDSecure } as const;
  const charge = world.charges.add(newCharge(intent, payment, result, methodId, world.nowSeconds()));
  world.paymentIntents.update(intent, {
    status: 'succeeded',
    amount_received: intent.amount,
    last_payment_error: null,
    latest_charge: charge.id,
    next_action: null,
    payment_method: methodId,
  });
  emit(world, 'payment_intent.succeeded', intent);
  emit(world, 'charge.succeeded', charge);
  completeSession(world, session, payment, 'paid');
}

export function startBankDebit(
  world: World,
  session: Stripe.Checkout.Session,
  intent: Stripe.PaymentIntent,
  payment: BankDebitPayment,
): void {
  attachCustomer(world, session, intent, payment);
  const methodId = newId.paymentMethod();
  const charge = world.charges.add(
    newCharge(intent, payment, { status: 'pending' }, methodId, world.nowSeconds()),
  );
  world.paymentIntents.update(intent, {
    status: 'processing',
    last_payment_error: null,
    latest_charge: charge.id,
    next_action: null,
    payment_method: methodId,
  });
  emit(world, 'payment_intent.processing', intent);
  emit(world, 'charge.pending', charge);
  completeSession(world, session, payment, 'unpaid');
  world.pendingPayments.add({ id: session.id, created: world.nowSeconds(), payment });
  const delayMs = matchingFault(world, 'bank-debit-delay')?.ms ?? BANK_DEBIT_DELAY_MS;
  world.schedule.in(delayMs, { type: 'settle-bank-debit', sessionId: session.id });
}

function attachCustomer(
  world: World,
  session: Stripe.Checkout.Session,
  intent: Stripe.PaymentIntent,
  payment: Payment,
): void {
  if (session.customer_creation !== 'always' || session.customer) return;
  const values = { email: payment.email, name: payment.name };
  const customer = world.customers.add(newCustomer(values, world.nowSeconds()));
  world.sessions.update(session, { customer: customer.id });
  world.paymentIntents.update(intent, { customer: customer.id });
  emit(world, 'customer.created', customer);
}

function completeSession(
  world: World,
  session: Stripe.Checkout.Session,
  payment: Payment,
  paymentStatus: 'paid' | 'unpaid',
): void {
  world.sessions.update(session, {
    customer_details: customerDetails({ email: payment.email, name: payment.name }),
    payment_status: paymentStatus,
    status: 'complete',
    url: null,
  });
  emit(world, 'checkout.session.completed', session);
}
