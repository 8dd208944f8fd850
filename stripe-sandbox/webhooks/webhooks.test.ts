import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import {
  caught,
  checkoutParams,
  type Receipt,
  type Receiver,
  SECRET,
  startBench,
  startReceiver,
} from '../testing/harness.ts';
import { MAX_ATTEMPTS } from './deliver.ts';

const PAYMENT_TYPES = [
  'payment_intent.created',
  'payment_intent.succeeded',
  'charge.succeeded',
  'checkout.session.completed',
];
const COMPLETED = 'checkout.session.completed';

async function startPaid() {
  const receiver = await startReceiver();
  const bench = await startBench({ receiver });
  const { id } = await bench.stripe.checkout.sessions.create(checkoutParams());
  await bench.sandbox.idle();
  receiver.receipts.length = 0;
  const pay = async () => {
    bench.sandbox.verbs.pay(id);
    await bench.sandbox.idle();
  };
  return { ...bench, receiver, id, pay };
}

function construct(receipt: Receipt | undefined, secret = SECRET): Stripe.Event {
  return Stripe.webhooks.constructEvent(receipt?.body ?? '', receipt?.signature ?? '', secret);
}

function completed(receiver: Receiver): Receipt | undefined {
  return receiver.receipts.find((receipt) => receipt.event.type === COMPLETED);
}

async function undelivered(stripe: Stripe): Promise<string[]> {
  const events = await stripe.events.list({ delivery_success: false, limit: 100 });
  return events.data.map((event) => event.type as string);
}

describe('delivery', () => {
  it('[PAY-3] signs events so that constructEvent takes them', async () => {
    const { receiver, pay, id, stripe } = await startPaid();
    await pay();
    expect(receiver.types().toSorted()).toEqual(PAYMENT_TYPES.toSorted());
    const event = construct(completed(receiver));
    expect(event).toMatchObject({
      object: 'event',
      livemode: false,
      data: { object: { id, object: 'checkout.session' } },
    });
    expect(event.created).toBeGreaterThan(0);
    expect(() => construct(completed(receiver), 'whsec_other')).toThrow(
      Stripe.errors.StripeSignatureVerificationError,
    );
    const stored = await stripe.events.retrieve(event.id);
    expect(stored).toMatchObject({ type: COMPLETED, pending_webhooks: 0 });
    expect(await undelivered(stripe)).toEqual([]);
  });

  it('[PAY-4] retries what is not taken, later and later, until it is', async () => {
    const { receiver, pay, sandbox, stripe } = await startPaid();
    receiver.answerWith(500, 500, 500, 500, 503, 302, 503, 503, 200);
    await pay();
    expect(receiver.receipts).toHaveLength(4);
    expect(await undelivered(stripe)).toEqual(PAYMENT_TYPES.toReversed());
    await sandbox.advance(999);
    expect(receiver.receipts).toHaveLength(4);
    await sandbox.advance(1);
    expect(receiver.receipts).toHaveLength(8);
    await sandbox.advance(1999);
    expect(receiver.receipts).toHaveLength(8);
    await sandbox.advance(1);
    expect(receiver.receipts).toHaveLength(12);
    expect(await undelivered(stripe)).toEqual([]);
    await sandbox.advance(600_000);
    expect(receiver.receipts).toHaveLength(12);
  });

  it('[PAY-5] gives up in the end and keeps the event to be found', async () => {
    const { receiver, pay, sandbox, stripe } = await startPaid();
    receiver.answerWith(500);
    await pay();
    await sandbox.advance(2 * 3_600_000);
    expect(receiver.receipts).toHaveLength(4 * MAX_ATTEMPTS);
    expect(await undelivered(stripe)).toContain(COMPLETED);
    expect((await stripe.events.list({ type: COMPLETED })).data).toMatchObject([{ pending_webhooks: 1 }]);
    expect((await stripe.events.list({ types: ['charge.*', 'price.created'] })).data).toHaveLength(1);
  });

  it('[PAY-13] tells every endpoint only what it listens to', async () => {
    const { receiver, pay, stripe } = await startPaid();
    const other = await startReceiver();
    const endpoint = await stripe.webhookEndpoints.create({ url: other.url, enabled_events: [COMPLETED] });
    expect((await stripe.webhookEndpoints.retrieve(endpoint.id)).secret).toBeUndefined();
    await pay();
    expect(other.types()).toEqual([COMPLETED]);
    expect(construct(other.receipts[0], endpoint.secret).id).toBe(completed(receiver)?.event.id);
  });

  it('[PAY-5] sends an event again on request', async () => {
    const { receiver, pay, sandbox } = await startPaid();
    await pay();
    const [first] = receiver.receipts;
    sandbox.verbs.resend(first?.event.id ?? '');
    await sandbox.idle();
    expect(receiver.receipts.filter((receipt) => receipt.event.id === first?.event.id)).toHaveLength(2);
  });
});

describe('faults', () => {
  it('[PAY-1] duplicates', async () => {
    const { receiver, pay, sandbox } = await startPaid();
    sandbox.faults.add({ verb: 'duplicate', copies: 3, type: COMPLETED });
    await pay();
    expect(receiver.types().filter((type) => type === COMPLETED)).toHaveLength(3);
    expect(receiver.receipts).toHaveLength(6);
    expect(new Set(receiver.receipts.map((receipt) => receipt.event.id)).size).toBe(4);
  });

  it('[PAY-8] reorders', async () => {
    const { receiver, pay, sandbox } = await startPaid();
    sandbox.faults.add({ verb: 'reorder', size: 4 });
    await pay();
    expect(receiver.types()).toEqual(PAYMENT_TYPES.toReversed());
    expect(sandbox.faults.list()).toEqual([]);
  });

  it('[PAY-8] lets go of what it holds when faults are cleared', async () => {
    const { receiver, pay, sandbox } = await startPaid();
    sandbox.faults.add({ verb: 'reorder', size: 9 });
    await pay();
    expect(receiver.receipts).toEqual([]);
    sandbox.faults.clear();
    await sandbox.idle();
    expect(receiver.types()).toEqual(PAYMENT_TYPES);
  });

  it('[PAY-5] drops', async () => {
    const { receiver, pay, sandbox, stripe } = await startPaid();
    sandbox.faults.add({ verb: 'drop', type: COMPLETED });
    await pay();
    await sandbox.advance(3_600_000);
    expect(receiver.types().toSorted()).toEqual(PAYMENT_TYPES.slice(0, 3).toSorted());
    expect(await undelivered(stripe)).toEqual([COMPLETED]);
  });

  it('[PAY-6] delays', async () => {
    const { receiver, pay, sandbox } = await startPaid();
    sandbox.faults.add({ verb: 'delay', ms: 60_000 });
    await pay();
    await sandbox.advance(59_999);
    expect(receiver.receipts).toEqual([]);
    await sandbox.advance(1);
    expect(receiver.types().toSorted()).toEqual(PAYMENT_TYPES.toSorted());
  });

  it('[PAY-4] fails first and delivers on the retry', async () => {
    const { receiver, pay, sandbox } = await startPaid();
    sandbox.faults.add({ verb: 'fail', type: COMPLETED, times: 2 });
    await pay();
    await sandbox.advance(1000);
    expect(receiver.types().toSorted()).toEqual(PAYMENT_TYPES.slice(0, 3).toSorted());
    await sandbox.advance(2000);
    expect(receiver.types().at(-1)).toBe(COMPLETED);
    const last = sandbox.verbs.deliveries().at(-1);
    expect(last?.attempts.map((attempt) => attempt.error ?? attempt.statusCode)).toEqual([
      'fault: sent nowhere',
      'fault: sent nowhere',
      200,
    ]);
  });

  it('[PAY-12] makes the API fail for a while, so that the SDK throws and a retry succeeds', async () => {
    const { sandbox, stripe } = await startPaid();
    sandbox.faults.add({ verb: 'api-fail', path: '/v1/products', times: 2 });
    expect(await caught(stripe.products.create({ name: 'x' }))).toBeInstanceOf(Stripe.errors.StripeAPIError);
    expect((await stripe.balance.retrieve()).object).toBe('balance');
    await stripe.products.create({ name: 'x' }, { maxNetworkRetries: 1 });
  });

  it.each([-301, 3600])('[PAY-3] skews the clock of the signature by %i s', async (seconds) => {
    const { receiver, pay, sandbox, clock } = await startPaid();
    sandbox.faults.add({ verb: 'clock-skew', seconds });
    await pay();
    const signedAt = Number(/^t=(\d+)/.exec(receiver.receipts[0]?.signature ?? '')?.[1]);
    expect(signedAt).toBe(Math.floor(clock.nowMs() / 1000) + seconds);
    if (seconds < 0) expect(() => construct(receiver.receipts[0])).toThrow(/Timestamp outside the tolerance/);
  });

  it('[PAY-3] rolls the secret with both valid until the old one expires', async () => {
    const { receiver, pay, sandbox } = await startPaid();
    const { secret } = sandbox.faults.rollSecret({ oldExpiresInMs: 10_000 });
    await pay();
    expect(construct(receiver.receipts[0], secret).id).toBe(construct(receiver.receipts[0], SECRET).id);
    await sandbox.advance(10_000);
    sandbox.verbs.resend(receiver.receipts[0]?.event.id ?? '');
    await sandbox.idle();
    expect(construct(receiver.receipts[4], secret).type).toBe(receiver.receipts[0]?.event.type);
    expect(() => construct(receiver.receipts[4], SECRET)).toThrow(
      Stripe.errors.StripeSignatureVerificationError,
    );
  });
});
