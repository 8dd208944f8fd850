import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { type Bench, caught, checkoutParams, startBench } from '../testing/harness.ts';

async function typesSince({ stripe }: Bench): Promise<string[]> {
  const events = await stripe.events.list({ limit: 100 });
  return events.data.map((event) => event.type as string).reverse();
}

async function openCheckout(bench: Bench, params: Partial<Stripe.Checkout.SessionCreateParams> = {}) {
  return bench.stripe.checkout.sessions.create(checkoutParams(params));
}

function intentOf(session: Stripe.Checkout.Session): Stripe.PaymentIntent {
  return session.payment_intent as Stripe.PaymentIntent;
}

async function fresh(bench: Bench, id: string) {
  return bench.stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent.latest_charge'] });
}

describe('cards', () => {
  it('[PAY-13] completes a payment in the order of Stripe', async () => {
    const bench = await startBench();
    const extra = { client_reference_id: 'order-1', payment_intent_data: { metadata: { order: '1' } } };
    const session = await openCheckout(bench, extra);
    expect(session).toMatchObject({
      status: 'open',
      payment_status: 'unpaid',
      payment_intent: null,
      amount_total: 100,
    });
    expect(bench.sandbox.verbs.pay(session.id, { email: 'ann@example.com', name: 'Ann' }).outcome).toBe(
      'complete',
    );
    expect(await fresh(bench, session.id)).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      client_reference_id: 'order-1',
      customer_details: { email: 'ann@example.com', name: 'Ann' },
      url: null,
      payment_intent: { status: 'succeeded', amount_received: 100, metadata: { order: '1' } },
    });
    expect(await typesSince(bench)).toEqual([
      'product.created',
      'payment_intent.created',
      'payment_intent.succeeded',
      'charge.succeeded',
      'checkout.session.completed',
    ]);
  });

  it.each([
    ['4000000000000002', 'card_declined', 'generic_decline'],
    ['4000000000009995', 'card_declined', 'insufficient_funds'],
    ['4000000000000069', 'expired_card', undefined],
    ['4000000000000127', 'incorrect_cvc', undefined],
    ['4000000000000119', 'processing_error', undefined],
    ['4111111111111111', 'card_declined', 'test_mode_live_card'],
  ])('[PAY-13] declines %s as %s and stays open', async (card, code, declineCode) => {
    const bench = await startBench();
    const { id } = await openCheckout(bench);
    expect(bench.sandbox.verbs.pay(id, { card })).toMatchObject({ outcome: 'declined', decline: { code } });
    const session = await fresh(bench, id);
    expect(session).toMatchObject({ status: 'open', payment_status: 'unpaid' });
    expect(intentOf(session).status).toBe('requires_payment_method');
    expect(intentOf(session).last_payment_error?.code).toBe(code);
    expect(intentOf(session).last_payment_error?.decline_code).toBe(declineCode);
    expect(intentOf(session).latest_charge).toMatchObject({ status: 'failed', paid: false });
    expect((await typesSince(bench)).slice(-2)).toEqual(['charge.failed', 'payment_intent.payment_failed']);
    expect(bench.sandbox.verbs.pay(id).outcome).toBe('complete');
  });

  it.each(['4000002760003184', '4000002500003155'])(
    '[PAY-13] asks for authentication with %s',
    async (card) => {
      const bench = await startBench();
      const { id } = await openCheckout(bench);
      expect(bench.sandbox.verbs.pay(id, { card }).outcome).toBe('needs-authentication');
      expect(intentOf(await fresh(bench, id)).status).toBe('requires_action');
      expect(bench.sandbox.verbs.pay(id, { card, authentication: 'fail' }).outcome).toBe('declined');
      expect(intentOf(await fresh(bench, id)).last_payment_error?.code).toBe(
        'payment_intent_authentication_failure',
      );
      expect(bench.sandbox.verbs.pay(id, { card, authentication: 'complete' }).outcome).toBe('complete');
      expect(intentOf(await fresh(bench, id)).latest_charge).toMatchObject({
        payment_method_details: { card: { three_d_secure: { result: 'authenticated' } } },
      });
    },
  );

  it('[PAY-13] forgets a challenge when another card is tried', async () => {
    const bench = await startBench();
    const { id } = await openCheckout(bench);
    bench.sandbox.verbs.pay(id, { card: '4000002760003184' });
    bench.sandbox.verbs.pay(id, { card: '4000000000000002' });
    const address = `${bench.url}/c/pay/${id}/authenticate`;
    const late = await fetch(address, { method: 'POST', body: new URLSearchParams({ result: 'complete' }) });
    expect(await late.text()).toContain('Your card was declined.');
    expect((await fresh(bench, id)).status).toBe('open');
  });

  it('[PAY-9] disputes and warns some time after the payment', async () => {
    const bench = await startBench();
    const disputed = await openCheckout(bench);
    const warned = await openCheckout(bench);
    bench.sandbox.verbs.pay(disputed.id, { card: '4000000000000259' });
    bench.sandbox.verbs.pay(warned.id, { card: '4000000000005423' });
    await bench.sandbox.idle();
    expect((await bench.stripe.disputes.list()).data).toEqual([]);
    await bench.sandbox.advance(2000);
    const { payment_intent: disputedIntent } = await bench.stripe.checkout.sessions.retrieve(disputed.id);
    expect((await bench.stripe.disputes.list()).data).toMatchObject([
      { payment_intent: disputedIntent, status: 'needs_response', reason: 'fraudulent' },
    ]);
    const { payment_intent: warnedIntent } = await bench.stripe.checkout.sessions.retrieve(warned.id);
    expect((await bench.stripe.radar.earlyFraudWarnings.list()).data).toMatchObject([
      { payment_intent: warnedIntent, actionable: true },
    ]);
    expect(await typesSince(bench)).toEqual(
      expect.arrayContaining(['charge.dispute.created', 'radar.early_fraud_warning.created']),
    );
    await bench.stripe.refunds.create({ payment_intent: String(warnedIntent) });
    expect((await bench.stripe.radar.earlyFraudWarnings.list()).data[0]?.actionable).toBe(false);
  });

  it('[PAY-1] takes a payment once', async () => {
    const bench = await startBench();
    const { id } = await openCheckout(bench);
    bench.sandbox.verbs.pay(id);
    expect(() => bench.sandbox.verbs.pay(id)).toThrow(/is complete, not open/);
    expect((await bench.stripe.charges.list()).data).toHaveLength(1);
  });
});

describe('bank debit', () => {
  it.each([
    ['000123456789', 'paid', 'checkout.session.async_payment_succeeded'],
    ['000222222227', 'unpaid', 'checkout.session.async_payment_failed'],
  ])('[PAY-10] completes unpaid and hears of %s later: %s', async (bankAccount, status, type) => {
    const bench = await startBench();
    bench.sandbox.faults.add({ verb: 'bank-debit-delay', ms: 5000 });
    const { id } = await openCheckout(bench);
    bench.sandbox.verbs.pay(id, { bankAccount });
    await bench.sandbox.advance(4999);
    expect(await fresh(bench, id)).toMatchObject({ status: 'complete', payment_status: 'unpaid' });
    expect(intentOf(await fresh(bench, id)).status).toBe('processing');
    await bench.sandbox.advance(1);
    expect((await fresh(bench, id)).payment_status).toBe(status);
    expect((await typesSince(bench)).at(-1)).toBe(type);
  });

  it('[PAY-10] ends by the verb too, and then only once', async () => {
    const bench = await startBench();
    const { id } = await openCheckout(bench);
    bench.sandbox.verbs.pay(id, { bankAccount: '000123456789' });
    bench.sandbox.verbs.settle(id, 'failed');
    await bench.sandbox.advance(60_000);
    expect((await fresh(bench, id)).payment_status).toBe('unpaid');
    expect(() => bench.sandbox.verbs.settle(id, 'succeeded')).toThrow(/waits for no bank/);
  });
});

describe('after the payment', () => {
  it('[PAY-9] refunds in parts, never more than was paid', async () => {
    const bench = await startBench();
    const { id } = await openCheckout(bench);
    bench.sandbox.verbs.pay(id);
    const intent = intentOf(await fresh(bench, id)).id;
    const { refunds, charges } = bench.stripe;
    const tooMuch = await caught(refunds.create({ payment_intent: intent, amount: 101 }));
    expect(tooMuch.message).toBe('Refund amount ($1.01) is greater than charge amount ($1.00)');
    const part = await refunds.create({
      payment_intent: intent,
      amount: 30,
      reason: 'requested_by_customer',
    });
    expect(part).toMatchObject({ amount: 30, status: 'succeeded', payment_intent: intent });
    expect((await caught(refunds.create({ payment_intent: intent, amount: 71 }))).param).toBe('amount');
    await refunds.create({ payment_intent: intent });
    expect((await charges.list({ payment_intent: intent })).data).toMatchObject([
      { refunded: true, amount_refunded: 100 },
    ]);
    expect((await caught(refunds.create({ payment_intent: intent }))).code).toBe('charge_already_refunded');
    expect((await refunds.list({ payment_intent: intent })).data.map((refund) => refund.amount)).toEqual([
      70, 30,
    ]);
  });

  it('[PAY-9] wins, loses and closes disputes, and refuses to refund a disputed charge', async () => {
    const bench = await startBench();
    const { verbs } = bench.sandbox;
    const paid = async () => {
      const { id } = await openCheckout(bench);
      verbs.pay(id);
      return id;
    };
    const won = await paid();
    const dispute = verbs.dispute({ checkoutSession: won });
    const refused = await caught(bench.stripe.refunds.create({ charge: String(dispute.charge) }));
    expect(refused.code).toBe('charge_disputed');
    expect(verbs.dispute({ checkoutSession: won, status: 'won' }).status).toBe('won');
    const lost = verbs.dispute({ checkoutSession: await paid() });
    expect((await bench.stripe.disputes.close(lost.id)).status).toBe('lost');
    const inquiry = verbs.dispute({ checkoutSession: await paid(), status: 'warning_needs_response' });
    await bench.stripe.refunds.create({ charge: String(inquiry.charge) });
    expect((await bench.stripe.disputes.close(inquiry.id)).status).toBe('warning_closed');
    const types = await typesSince(bench);
    expect(types.filter((type) => type === 'charge.dispute.created')).toHaveLength(3);
    expect(types.filter((type) => type === 'charge.dispute.closed')).toHaveLength(3);
    expect(types.filter((type) => type === 'charge.dispute.funds_reinstated')).toHaveLength(1);
  });

  it('[PAY-13] holds expiry between 30 minutes and 24 hours, and expires what is left open', async () => {
    const bench = await startBench();
    const now = Math.floor(bench.clock.nowMs() / 1000);
    for (const seconds of [1799, 24 * 3600 + 1]) {
      expect((await caught(openCheckout(bench, { expires_at: now + seconds }))).param).toBe('expires_at');
    }
    const short = await openCheckout(bench, { expires_at: now + 1800 });
    const long = await openCheckout(bench);
    expect(long.expires_at - long.created).toBe(24 * 3600);
    await bench.sandbox.advance(1799_000);
    expect((await fresh(bench, short.id)).status).toBe('open');
    await bench.sandbox.advance(1000);
    expect(await fresh(bench, short.id)).toMatchObject({ status: 'expired', url: null });
    expect((await typesSince(bench)).at(-1)).toBe('checkout.session.expired');
    expect((await bench.stripe.checkout.sessions.expire(long.id)).status).toBe('expired');
    expect((await caught(bench.stripe.checkout.sessions.expire(long.id))).message).toMatch(
      /^Only Checkout Sessions/,
    );
  });

  it('[PAY-13] refuses a total below the smallest charge', async () => {
    const bench = await startBench();
    const price = { currency: 'usd', unit_amount: 49, product_data: { name: 'x' } };
    const error = await caught(openCheckout(bench, { line_items: [{ quantity: 1, price_data: price }] }));
    expect(error.code).toBe('amount_too_small');
  });
});
