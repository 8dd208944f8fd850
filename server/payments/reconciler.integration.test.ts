import { afterEach, beforeEach, expect, it } from 'vitest';
import { moveCursor, takeNodeLease } from '../db/node-lease.ts';
import { buyersOf } from '../testing/buyer.ts';
import { createTestSite, type TestSite } from '../testing/test-site.ts';

let site: TestSite;
let buyers: ReturnType<typeof buyersOf>;

beforeEach(async () => {
  site = await createTestSite({ maxSessions: 200, ownAddresses: true });
  buyers = buyersOf(site);
  site.sandbox.faults.add({ verb: 'drop', times: null }); // no webhook ever comes
});
afterEach(() => site.stop());

const within20s = { timeout: 20_000, interval: 50 };
const count = async (text: string) => Number((await buyers.rows<{ count: number }>(text))[0]?.count);

/** Events of our types that are about nothing of ours. */
async function tellOfAnotherShop(times: number): Promise<void> {
  const product_data = { name: 'x' };
  const { id } = await site.stripe.checkout.sessions.create({
    mode: 'payment',
    success_url: 'http://localhost/x',
    line_items: [{ quantity: 1, price_data: { currency: 'usd', unit_amount: 100, product_data } }],
  });
  site.sandbox.verbs.pay(id);
  const refund = site.sandbox.verbs.refund({ checkoutSession: id });
  for (let index = 0; index < times; index += 1)
    await site.stripe.refunds.update(refund.id, { metadata: { index } });
}

it('[PAY-5] every webhook dropped: one turn finds all of 103 paid Checkouts, over several pages', async () => {
  const started = [];
  for (let index = 0; index < 103; index += 1) started.push(await buyers.startCheckout());
  for (const { checkoutSessionId } of started) site.sandbox.verbs.pay(checkoutSessionId);
  const { data } = await site.stripe.checkout.sessions.list({ limit: 100 });
  expect(data).toHaveLength(100); // so that a second page is needed
  await site.reconciler.run();
  expect(await count('SELECT count(*) FROM sessions')).toBe(103);
  await site.reconciler.run();
  expect(await count('SELECT count(*) FROM sessions')).toBe(103);
});

it('[PAY-5] lists undelivered events over more than a page, from a cursor that it keeps', async () => {
  const { checkoutSessionId, sessionId } = await buyers.paidSession();
  await site.reconciler.run();
  site.sandbox.verbs.refund({ checkoutSession: checkoutSessionId });
  await tellOfAnotherShop(105);
  const before = await count('SELECT count(*) FROM stripe_events');
  await site.reconciler.run();
  expect((await count('SELECT count(*) FROM stripe_events')) - before).toBeGreaterThan(105);
  const endedReason = async () => (await site.sessions.find(sessionId))?.ended_reason;
  await expect.poll(endedReason, within20s).toBe('refunded'); // the oldest of them, on the last page
  const stored = await count('SELECT count(*) FROM stripe_events');
  await site.reconciler.run();
  expect(await count('SELECT count(*) FROM stripe_events')).toBe(stored);
});

it('[PAY-5] one Checkout that fails keeps nobody else waiting, and is found by the next turn', async () => {
  const first = await buyers.startCheckout();
  const second = await buyers.startCheckout();
  for (const { checkoutSessionId } of [first, second]) site.sandbox.verbs.pay(checkoutSessionId);
  const path = `/v1/checkout/sessions/${first.checkoutSessionId}`;
  site.sandbox.faults.add({ verb: 'api-fail', path, statusCode: 500, times: null });
  await site.reconciler.run();
  expect(await buyers.sessionOf(first.checkoutSessionId)).toBeUndefined();
  expect(await buyers.sessionOf(second.checkoutSessionId)).toBeDefined();
  site.sandbox.faults.clear();
  await site.reconciler.run();
  expect(await buyers.sessionOf(first.checkoutSessionId)).toBeDefined();
});

it('[PAY-5] [PAY-14] an expired Checkout gives its seat back, and its buyer is told', async () => {
  const { browser, checkoutSessionId } = await buyers.startCheckout();
  await site.stripe.checkout.sessions.expire(checkoutSessionId);
  await site.reconciler.run();
  expect(await count('SELECT count(*) FROM orders WHERE closed_at IS NOT NULL')).toBe(1);
  expect(await buyers.claim(browser, checkoutSessionId)).toMatchObject({
    status: 409,
    body: { code: 'checkout-expired' },
  });
});

it('[PAY-5] a bank that answers days later is still found', async () => {
  const { checkoutSessionId } = await buyers.startCheckout();
  site.sandbox.verbs.pay(checkoutSessionId, { bankAccount: '000123456789' });
  await buyers.rows(`UPDATE orders SET expires_at = now() - interval '3 days'`);
  site.sandbox.verbs.settle(checkoutSessionId, 'succeeded');
  await site.reconciler.run();
  expect(await buyers.sessionOf(checkoutSessionId)).toBeDefined();
});

it('[PAY-5] one node at a time, and a stalled one is fenced out', async () => {
  const { db } = site.database;
  const first = await takeNodeLease(db, 'work', 'node-a', 60_000);
  expect(first).toEqual({ epoch: 1, cursor: null });
  expect(await takeNodeLease(db, 'work', 'node-b', 60_000)).toBeNull();
  await buyers.rows(`UPDATE node_leases SET lease_until = now() - interval '1 second'`);
  expect(await takeNodeLease(db, 'work', 'node-b', 60_000)).toEqual({ epoch: 2, cursor: null });
  await moveCursor(db, 'work', 2, 200);
  await moveCursor(db, 'work', 1, 100); // node-a wakes up
  expect(await takeNodeLease(db, 'work', 'node-b', 60_000)).toEqual({ epoch: 3, cursor: 200 });
});
