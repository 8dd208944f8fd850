import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createLog } from '../lib/log.ts';
import { startSweep } from '../sessions/sweep.ts';
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

const within = (timeout: number) => ({ timeout, interval: 50 });
const WHOLE = [{ amount: 100, status: 'succeeded' }];

async function awaitingDesktop() {
  const { browser, checkoutSessionId } = await buyers.startCheckout();
  site.sandbox.verbs.pay(checkoutSessionId);
  const { body } = await buyers.claim(browser, checkoutSessionId);
  return { checkoutSessionId, sessionId: body.session.id };
}

async function sweepOnce() {
  const sweep = startSweep({ db: site.database.db, revoke: site.revoke, log: createLog('silent', 'json') });
  await sweep.kick();
  await sweep.stop();
}

it('[PAY-12] paid, and no desktop in four minutes: the sweep ends it and the money goes back', async () => {
  const { checkoutSessionId, sessionId } = await awaitingDesktop();
  await sweepOnce();
  expect((await site.sessions.find(sessionId))?.status).toBe('awaiting-desktop');
  await buyers.rows(`UPDATE sessions SET created_at = now() - interval '241 seconds' WHERE id = $1`, [
    sessionId,
  ]);
  await sweepOnce();
  expect((await site.sessions.find(sessionId))?.ended_reason).toBe('failed');
  await expect.poll(() => buyers.refundsOf(checkoutSessionId), within(5_000)).toEqual(WHOLE);
});

it('[PAY-12] exactly once, though Stripe fails at first and everybody asks', async () => {
  const { checkoutSessionId, sessionId } = await awaitingDesktop();
  // The SDK itself tries three times: this fails the job once and a bit.
  site.sandbox.faults.add({ verb: 'api-fail', path: '/v1/refunds', statusCode: 500, times: 4 });
  await Promise.all([site.revoke(sessionId, 'failed'), site.revoke(sessionId, 'failed')]);
  const settled = () =>
    buyers.rows('SELECT id FROM orders WHERE checkout_session_id = $1 AND refund_settled_at IS NOT NULL', [
      checkoutSessionId,
    ]);
  await expect.poll(settled, within(20_000)).toHaveLength(1);
  await site.revoke(sessionId, 'failed');
  await site.reconciler.run();
  expect(await buyers.refundsOf(checkoutSessionId)).toEqual(WHOLE);
});

it('[PAY-12] what the operator has refunded already is not refunded again', async () => {
  const { checkoutSessionId, sessionId } = await awaitingDesktop();
  site.sandbox.faults.add({ verb: 'drop', times: null });
  site.sandbox.verbs.refund({ checkoutSession: checkoutSessionId });
  await site.revoke(sessionId, 'failed');
  const settled = () =>
    buyers.rows('SELECT id FROM orders WHERE checkout_session_id = $1 AND refund_settled_at IS NOT NULL', [
      checkoutSessionId,
    ]);
  await expect.poll(settled, within(5_000)).toHaveLength(1);
  expect(await buyers.refundsOf(checkoutSessionId)).toEqual(WHOLE);
});

it.each([
  ['lost after nine minutes is refunded', 9, 'failed', 'desktop-lost'],
  ['lost after eleven minutes is not', 11, 'failed', null],
  ['ended by its owner after one is not', 1, 'ended-by-owner', null],
] as const)('[PAY-12] a live session %s', async (_, minutes, reason, why) => {
  const { checkoutSessionId, sessionId } = await buyers.paidSession();
  await buyers.rows("UPDATE sessions SET live_at = now() - $2 * interval '1 minute' WHERE id = $1", [
    sessionId,
    minutes,
  ]);
  await site.revoke(sessionId, reason);
  const [order] = await buyers.rows<{ refund_why: string | null }>(
    'SELECT refund_why FROM orders WHERE checkout_session_id = $1',
    [checkoutSessionId],
  );
  expect(order?.refund_why).toBe(why);
});
