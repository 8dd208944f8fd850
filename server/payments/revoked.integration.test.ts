import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { buyersOf } from '../testing/buyer.ts';
import { createTestSite, type TestSite } from '../testing/test-site.ts';

let site: TestSite;
let buyers: ReturnType<typeof buyersOf>;

beforeAll(async () => {
  site = await createTestSite();
  buyers = buyersOf(site);
});
afterEach(() => site.sandbox.faults.clear());
afterAll(() => site.stop());

const endOf = async (checkoutSessionId: string) =>
  (await buyers.sessionOf(checkoutSessionId))?.ended_reason ?? null;
const within5s = { timeout: 5_000, interval: 20 };
const target = (checkoutSession: string) => ({ checkoutSession });

it.each([
  ['a refund', 'refunded', (id: string) => site.sandbox.verbs.refund(target(id))],
  ['a dispute', 'disputed', (id: string) => site.sandbox.verbs.dispute(target(id))],
  [
    'an actionable early fraud warning',
    'disputed',
    (id: string) => site.sandbox.verbs.earlyFraudWarning(target(id)),
  ],
] as const)(
  '[PAY-9] %s ends the session as %s within 5 s, sockets and tokens too',
  async (_, reason, strike) => {
    const { browser, checkoutSessionId, sessionId, accessToken } = await buyers.paidSession();
    strike(checkoutSessionId);
    await expect.poll(() => endOf(checkoutSessionId), within5s).toBe(reason);
    const path = `/api/sessions/${sessionId}`;
    expect(await browser.get(path, { authorization: `Bearer ${accessToken}` })).toMatchObject({
      status: 401,
      body: { code: 'session-ended', endedReason: reason },
    });
  },
);

it('[PAY-9] a fraud warning also sends the money back, before it becomes a dispute', async () => {
  const { checkoutSessionId } = await buyers.paidSession();
  site.sandbox.verbs.earlyFraudWarning(target(checkoutSessionId));
  await expect
    .poll(() => buyers.refundsOf(checkoutSessionId), within5s)
    .toEqual([{ amount: 100, status: 'succeeded' }]);
  await expect.poll(() => endOf(checkoutSessionId), within5s).toBe('disputed');
});

it('[PAY-9] a partial refund is goodwill: the session goes on', async () => {
  const { checkoutSessionId } = await buyers.paidSession();
  site.sandbox.verbs.refund({ ...target(checkoutSessionId), amount: 40 });
  const facts = () =>
    buyers.rows(
      `SELECT kind FROM payment_facts f JOIN orders o ON o.id = f.order_id
       WHERE checkout_session_id = $1 ORDER BY kind`,
      [checkoutSessionId],
    );
  await expect.poll(facts, within5s).toEqual([{ kind: 'paid' }, { kind: 'partly-refunded' }]);
  expect(await endOf(checkoutSessionId)).toBeNull();
  site.sandbox.verbs.refund(target(checkoutSessionId));
  await expect.poll(() => endOf(checkoutSessionId), within5s).toBe('refunded');
});

it('[PAY-8] a refund that is told of before the payment leaves no session to start', async () => {
  site.sandbox.faults.add({ verb: 'drop', type: 'checkout.session.completed', times: null });
  const { browser, checkoutSessionId } = await buyers.startCheckout();
  site.sandbox.verbs.pay(checkoutSessionId);
  site.sandbox.verbs.refund(target(checkoutSessionId));
  const factKinds = () =>
    buyers.rows(
      `SELECT kind FROM payment_facts f JOIN orders o ON o.id = f.order_id
       WHERE checkout_session_id = $1 AND kind = 'refunded'`,
      [checkoutSessionId],
    );
  await expect.poll(factKinds, within5s).toHaveLength(1);
  expect(await buyers.claim(browser, checkoutSessionId)).toMatchObject({
    status: 409,
    body: { code: 'payment-returned' },
  });
  expect(await buyers.sessionOf(checkoutSessionId)).toBeUndefined();
});

it('[PAY-8] a refund that nobody told of is seen when the success page fulfils', async () => {
  site.sandbox.faults.add({ verb: 'drop', times: null });
  const { checkoutSessionId } = await buyers.startCheckout();
  site.sandbox.verbs.pay(checkoutSessionId);
  site.sandbox.verbs.refund(target(checkoutSessionId));
  expect(await site.fulfil(checkoutSessionId)).toEqual({ status: 'returned', why: 'refunded' });
  expect(await buyers.sessionOf(checkoutSessionId)).toBeUndefined();
});

it('[PAY-8] backwards and in copies, Stripe’s events come to the same end', async () => {
  const { checkoutSessionId } = await buyers.paidSession();
  await site.sandbox.idle();
  site.sandbox.faults.add({ verb: 'reorder', size: 6, times: null });
  site.sandbox.faults.add({ verb: 'duplicate', copies: 2 });
  site.sandbox.verbs.dispute(target(checkoutSessionId));
  site.sandbox.verbs.dispute({ ...target(checkoutSessionId), status: 'won' });
  await expect.poll(() => endOf(checkoutSessionId), within5s).toBe('disputed');
  const facts = await buyers.rows<{ kind: string }>(
    `SELECT kind FROM payment_facts f JOIN orders o ON o.id = f.order_id
     WHERE checkout_session_id = $1 ORDER BY kind`,
    [checkoutSessionId],
  );
  expect(facts.map(({ kind }) => kind)).toEqual(['dispute-opened', 'dispute-won', 'paid']);
});

it('[PAY-9] an event about somebody else’s payment on our account changes nothing', async () => {
  const { checkoutSessionId } = await buyers.paidSession();
  const foreign = await site.stripe.checkout.sessions.create({
    mode: 'payment',
    success_url: 'http://localhost/x',
    line_items: [
      { quantity: 1, price_data: { currency: 'usd', unit_amount: 100, product_data: { name: 'x' } } },
    ],
  });
  site.sandbox.verbs.pay(foreign.id);
  site.sandbox.verbs.refund(target(foreign.id));
  const unhandled = () => buyers.rows('SELECT id FROM stripe_events WHERE handled_at IS NULL');
  await site.sandbox.idle();
  await expect.poll(unhandled, within5s).toEqual([]);
  expect(await endOf(checkoutSessionId)).toBeNull();
});
