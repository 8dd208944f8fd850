import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckoutCreated, SignedIn } from '../../shared/api.ts';
import type { Problem } from '../../shared/problem.ts';
import { createTestSite, type TestSite } from '../testing/test-site.ts';

let site: TestSite;

beforeAll(async () => {
  site = await createTestSite();
});
afterAll(() => site.stop());

async function startCheckout(browser = site.browser()) {
  await browser.get('/');
  const { status, body } = await browser.post<CheckoutCreated>('/api/checkout');
  expect(status).toBe(201);
  return { browser, checkoutSessionId: body.checkoutSessionId, checkoutUrl: body.checkoutUrl };
}

const claim = (browser: ReturnType<TestSite['browser']>, checkoutSessionId: string) =>
  browser.post<SignedIn & Problem>('/api/checkout/claim', { checkoutSessionId });

const count = async (table: string, where = 'true') =>
  Number((await site.database.pool.query(`SELECT count(*) FROM ${table} WHERE ${where}`)).rows[0].count);

const sessionsOf = (checkoutSessionId: string) =>
  count('sessions s JOIN orders o ON o.id = s.order_id', `o.checkout_session_id = '${checkoutSessionId}'`);

async function deliver(event: object, change: { secret?: string; timestamp?: number; body?: string } = {}) {
  const payload = JSON.stringify(event);
  const header = site.stripe.webhooks.generateTestHeaderString({
    payload,
    secret: change.secret ?? site.webhookSecret,
    ...(change.timestamp === undefined ? {} : { timestamp: change.timestamp }),
  });
  const response = await fetch(`${site.url}/api/stripe/webhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': header },
    body: change.body ?? payload,
  });
  return response.status;
}

const completed = (checkoutSessionId: string, id = `evt_${crypto.randomUUID()}`) => ({
  id,
  object: 'event',
  type: 'checkout.session.completed',
  data: { object: { id: checkoutSessionId, object: 'checkout.session', payment_status: 'paid' } },
});

describe('payments', () => {
  it('[PAY-1] 200 mixed calls at once, 25 of them on other nodes, make one session', async () => {
    const { browser, checkoutSessionId } = await startCheckout();
    site.sandbox.faults.add({ verb: 'drop', times: null });
    site.sandbox.verbs.pay(checkoutSessionId);
    const before = await count('sessions');
    const event = completed(checkoutSessionId);
    const calls = Array.from({ length: 200 }, (_, index) => {
      if (index % 4 === 0) return deliver(event);
      if (index % 4 === 1) return deliver(completed(checkoutSessionId));
      if (index % 4 === 2) return claim(browser, checkoutSessionId).then(({ status }) => status);
      if (index % 40 === 3) return site.reconciler.run().then(() => 200);
      const fulfil = index % 8 === 3 ? site.fulfil : site.otherNode();
      return fulfil(checkoutSessionId).then(({ status }) => (status === 'paid' ? 200 : 500));
    });
    const statuses = await Promise.all(calls);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect((await count('sessions')) - before).toBe(1);
    site.sandbox.faults.clear();
  });

  it('[PAY-2] a forged body decides nothing: an unpaid Checkout makes no session', async () => {
    const { checkoutSessionId } = await startCheckout();
    const before = await count('sessions');
    expect(await deliver(completed(checkoutSessionId))).toBe(200);
    expect(await site.fulfil(checkoutSessionId)).toEqual({ status: 'pending' });
    expect(await count('sessions')).toBe(before);
  });

  it.each([
    ['amount', 'amount_cents = 99', 'wrong amount'],
    ['currency', `currency = 'eur'`, 'wrong currency'],
    ['Checkout', `checkout_session_id = 'cs_test_' || id`, 'another Checkout'],
  ])('[PAY-2] a paid Checkout with another %s makes no session', async (_, change, why) => {
    const { checkoutSessionId } = await startCheckout();
    site.sandbox.faults.add({ verb: 'drop', times: null });
    site.sandbox.verbs.pay(checkoutSessionId);
    await site.database.pool.query(`UPDATE orders SET ${change} WHERE checkout_session_id = $1`, [
      checkoutSessionId,
    ]);
    expect(await site.fulfil(checkoutSessionId)).toEqual({ status: 'refused', why });
    site.sandbox.faults.clear();
  });

  it('[PAY-2] test money buys nothing on a server that takes real money', async () => {
    const { checkoutSessionId } = await startCheckout();
    site.sandbox.faults.add({ verb: 'drop', times: null });
    site.sandbox.verbs.pay(checkoutSessionId);
    const refused = { status: 'refused', why: 'wrong livemode' };
    expect(await site.otherNode({ livemode: true })(checkoutSessionId)).toEqual(refused);
    expect(await sessionsOf(checkoutSessionId)).toBe(0);
    site.sandbox.faults.clear();
  });

  it('[PAY-2] somebody else’s paid Checkout on our account makes no session', async () => {
    const foreign = await site.stripe.checkout.sessions.create({
      mode: 'payment',
      success_url: 'http://localhost/x',
      client_reference_id: 'ord_of_nobody',
      line_items: [
        { quantity: 1, price_data: { currency: 'usd', unit_amount: 100, product_data: { name: 'x' } } },
      ],
    });
    site.sandbox.verbs.pay(foreign.id);
    expect(await site.fulfil(foreign.id)).toEqual({ status: 'refused', why: 'no order of ours' });
  });

  it('[PAY-3] refuses every signature but a fresh one over the raw body, and writes nothing', async () => {
    const event = completed('cs_test_none');
    const now = Math.floor(Date.now() / 1000);
    const statuses = await Promise.all([
      deliver(event, { secret: 'whsec_wrong' }),
      deliver(event, { timestamp: now - 301 }),
      deliver(event, { timestamp: now + 310 }),
      deliver(event, { body: JSON.stringify({ ...event, type: 'x' }) }),
      deliver(event, { body: JSON.stringify(event, null, 2) }),
      fetch(`${site.url}/api/stripe/webhook`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(event),
      }).then(({ status }) => status),
    ]);
    expect(statuses).toEqual([400, 400, 400, 400, 400, 400]);
    expect(await count('stripe_events', `id = '${event.id}'`)).toBe(0);
    expect(await deliver(event, { timestamp: now - 299 })).toBe(200);
  });

  it('[PAY-4] the event is durable when the 200 leaves', async () => {
    const event = completed('cs_test_none');
    expect(await deliver(event)).toBe(200);
    expect(await count('stripe_events', `id = '${event.id}'`)).toBe(1);
  });

  it('[PAY-6] the success page alone is enough, and a late webhook adds nothing', async () => {
    const { browser, checkoutSessionId } = await startCheckout();
    site.sandbox.faults.add({ verb: 'drop', times: null });
    site.sandbox.verbs.pay(checkoutSessionId);
    const first = await claim(browser, checkoutSessionId);
    expect(first).toMatchObject({ status: 200, body: { session: { status: 'awaiting-desktop' } } });
    site.sandbox.faults.clear();
    expect(await deliver(completed(checkoutSessionId))).toBe(200);
    const second = await claim(browser, checkoutSessionId);
    expect(second.body.session.id).toBe(first.body.session.id);
  });

  it('[PAY-6] the webhook alone is enough', async () => {
    const { browser, checkoutSessionId } = await startCheckout();
    site.sandbox.verbs.pay(checkoutSessionId);
    await site.sandbox.idle();
    await expect.poll(() => sessionsOf(checkoutSessionId), { timeout: 5_000 }).toBe(1);
    expect((await claim(browser, checkoutSessionId)).status).toBe(200);
  });

  it('[PAY-7] another browser with the success URL gets 403, with or without cookies', async () => {
    const { checkoutSessionId } = await startCheckout();
    site.sandbox.verbs.pay(checkoutSessionId);
    const stranger = site.browser();
    expect(await claim(stranger, checkoutSessionId)).toMatchObject({
      status: 403,
      body: { code: 'not-the-buyer' },
    });
    await stranger.get('/');
    expect((await claim(stranger, checkoutSessionId)).status).toBe(403);
  });

  it('[PAY-11] ten clicks make one Checkout', async () => {
    const browser = site.browser();
    await browser.get('/');
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => browser.post<CheckoutCreated>('/api/checkout')),
    );
    expect(new Set(answers.map(({ body }) => body.checkoutSessionId)).size).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
  });

  it('a buyer may buy again: a paid order is not handed out twice', async () => {
    const { browser, checkoutSessionId } = await startCheckout();
    site.sandbox.verbs.pay(checkoutSessionId);
    await claim(browser, checkoutSessionId);
    const again = await startCheckout(browser);
    expect(again.checkoutSessionId).not.toBe(checkoutSessionId);
  });

  it('an unpaid Checkout can be claimed later: 202 until then', async () => {
    const { browser, checkoutSessionId } = await startCheckout();
    expect(await claim(browser, checkoutSessionId)).toMatchObject({
      status: 202,
      body: { status: 'pending' },
    });
  });
});

describe('without a database', () => {
  it('[PAY-4] the webhook answers 503, and its redelivery becomes a session', async () => {
    const { checkoutSessionId } = await startCheckout();
    site.sandbox.faults.add({ verb: 'drop', times: null });
    site.sandbox.verbs.pay(checkoutSessionId);
    const event = completed(checkoutSessionId);
    await site.database.setReachable(false);
    expect(await deliver(event)).toBe(503);
    await site.database.setReachable(true);
    await expect.poll(() => deliver(event)).toBe(200);
    await expect.poll(() => sessionsOf(checkoutSessionId), { timeout: 5_000 }).toBe(1);
    site.sandbox.faults.clear();
  });
});

describe('capacity', () => {
  it('[PAY-14] says sold out before anybody pays', async () => {
    const small = await createTestSite({ maxSessions: 1 });
    try {
      const first = small.browser();
      expect((await first.post('/api/checkout')).status).toBe(201);
      const offer = await first.get<{ available: boolean }>('/api/offer');
      expect(offer.body.available).toBe(false);
      const second = await small.browser().post<Problem>('/api/checkout');
      expect(second).toMatchObject({ status: 503, body: { code: 'sold-out' } });
    } finally {
      await small.stop();
    }
  });
});
