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

const within5s = { timeout: 5_000, interval: 20 };

it('[PAY-10] a bank debit makes no session when it completes, and one when the money arrives', async () => {
  const { browser, checkoutSessionId } = await buyers.startCheckout();
  site.sandbox.verbs.pay(checkoutSessionId, { bankAccount: '000123456789' });
  await site.sandbox.idle();
  expect(await buyers.claim(browser, checkoutSessionId)).toMatchObject({
    status: 202,
    body: { status: 'pending' },
  });
  expect(await buyers.sessionOf(checkoutSessionId)).toBeUndefined();
  site.sandbox.verbs.settle(checkoutSessionId, 'succeeded');
  await expect.poll(() => buyers.sessionOf(checkoutSessionId), within5s).toBeDefined();
  expect((await buyers.claim(browser, checkoutSessionId)).status).toBe(200);
});

it('[PAY-10] a bank that refuses: no session, the page hears it, and the seat is free', async () => {
  const { browser, checkoutSessionId } = await buyers.startCheckout();
  site.sandbox.verbs.pay(checkoutSessionId, { bankAccount: '000222222227' });
  site.sandbox.verbs.settle(checkoutSessionId, 'failed');
  const closed = () =>
    buyers.rows('SELECT id FROM orders WHERE checkout_session_id = $1 AND closed_at IS NOT NULL', [
      checkoutSessionId,
    ]);
  await expect.poll(closed, within5s).toHaveLength(1);
  expect(await buyers.claim(browser, checkoutSessionId)).toMatchObject({
    status: 409,
    body: { code: 'payment-failed' },
  });
  expect(await buyers.sessionOf(checkoutSessionId)).toBeUndefined();
});
