import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { CheckoutCreated } from '../../shared/api.ts';
import type { Problem } from '../../shared/problem.ts';
import { buyersOf } from '../testing/buyer.ts';
import { createTestSite, type TestSite } from '../testing/test-site.ts';

const SEATS = 3;
let site: TestSite;
let buyers: ReturnType<typeof buyersOf>;

beforeAll(async () => {
  site = await createTestSite({ maxSessions: SEATS, ownAddresses: true });
  buyers = buyersOf(site);
  // Every moment that a session is made is a witness, not only the moments when a test looks.
  await buyers.rows('CREATE TABLE witness (present integer)');
  await buyers.rows(`CREATE FUNCTION testify() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO witness SELECT count(*) FROM sessions WHERE released_at IS NULL; RETURN NULL; END $$`);
  await buyers.rows(
    'CREATE TRIGGER testify AFTER INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION testify()',
  );
});
afterEach(async () => {
  site.sandbox.faults.clear();
  await endAll();
  await buyers.rows('UPDATE orders SET closed_at = now() WHERE paid_at IS NULL AND closed_at IS NULL');
});
afterAll(() => site.stop());

const within = (timeout: number) => ({ timeout, interval: 50 });
const most = async () =>
  (await buyers.rows<{ max: number }>('SELECT coalesce(max(present), 0) AS max FROM witness'))[0]?.max;

async function tryToStart() {
  const browser = site.browser();
  const { status, body } = await browser.post<CheckoutCreated & Problem>('/api/checkout');
  return { browser, status, code: body.code, checkoutSessionId: body.checkoutSessionId };
}

async function endAll() {
  const live = await buyers.rows<{ id: string }>('SELECT id FROM sessions WHERE released_at IS NULL');
  for (const { id } of live) await site.revoke(id, 'ended-by-owner');
}

it('[PAY-14] of 50 buyers at once three get a Checkout, 47 hear "sold out" before they pay', async () => {
  const buyersAtOnce = await Promise.all(Array.from({ length: 50 }, tryToStart));
  const seated = buyersAtOnce.filter(({ status }) => status === 201);
  expect(seated).toHaveLength(SEATS);
  expect(buyersAtOnce.filter(({ code }) => code === 'sold-out')).toHaveLength(50 - SEATS);
  for (const { checkoutSessionId } of seated) site.sandbox.verbs.pay(checkoutSessionId);
  await Promise.all(seated.map(({ checkoutSessionId }) => site.fulfil(checkoutSessionId)));
  expect((await tryToStart()).code).toBe('sold-out');
  await endAll();
  expect((await tryToStart()).status).toBe(201);
});

it('[PAY-14] turning back at Stripe’s page frees the seat at once, and that Checkout cannot be paid', async () => {
  const started = await Promise.all(Array.from({ length: SEATS }, tryToStart));
  expect((await tryToStart()).status).toBe(503);
  const [first] = started;
  await first?.browser.get('/checkout/cancelled');
  const checkout = await site.stripe.checkout.sessions.retrieve(first?.checkoutSessionId ?? '');
  expect(checkout.status).toBe('expired');
  const next = await tryToStart();
  expect(next.status).toBe(201);
  for (const { browser } of [...started, next]) await browser.get('/checkout/cancelled');
  expect((await site.browser().get<{ available: boolean }>('/api/offer')).body.available).toBe(true);
});

it('[PAY-14] Stripe away: the buyer hears so, and the seat is not held', async () => {
  site.sandbox.faults.add({ verb: 'api-fail', path: '/v1/checkout/sessions', statusCode: 500, times: null });
  for (let index = 0; index <= SEATS; index += 1)
    expect(await tryToStart()).toMatchObject({ status: 503, code: 'payments-unavailable' });
  site.sandbox.faults.clear();
  expect((await tryToStart()).status).toBe(201);
});

it('[PAY-14] paid when the seat is long gone: the money goes back instead of a fourth session', async () => {
  const late = await tryToStart();
  await buyers.rows(
    `UPDATE orders SET expires_at = now() - interval '3 minutes' WHERE checkout_session_id = $1`,
    [late.checkoutSessionId],
  );
  const others = await Promise.all(Array.from({ length: SEATS }, tryToStart));
  expect(others.map(({ status }) => status)).toEqual([201, 201, 201]);
  site.sandbox.verbs.pay(late.checkoutSessionId);
  expect(await site.fulfil(late.checkoutSessionId)).toEqual({ status: 'returned', why: 'no-seat' });
  await expect
    .poll(() => buyers.refundsOf(late.checkoutSessionId), within(5_000))
    .toEqual([{ amount: 100, status: 'succeeded' }]);
  expect(await buyers.claim(late.browser, late.checkoutSessionId)).toMatchObject({
    status: 409,
    body: { code: 'payment-returned' },
  });
});

it('[PAY-14] late, but there is room: a session all the same', async () => {
  const late = await tryToStart();
  await buyers.rows(
    `UPDATE orders SET expires_at = now() - interval '3 minutes' WHERE checkout_session_id = $1`,
    [late.checkoutSessionId],
  );
  site.sandbox.verbs.pay(late.checkoutSessionId);
  expect(await site.fulfil(late.checkoutSessionId)).toMatchObject({ status: 'paid' });
});

it('[PAY-14] 50 buyers in any interleaving of paying, paying late and leaving: never a fourth session', async () => {
  const asked: string[] = [];
  async function visit(index: number) {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const { browser, status, checkoutSessionId } = await tryToStart();
      if (status !== 201) continue;
      if (index % 3 === 0) return void (await browser.get('/checkout/cancelled'));
      if (index % 3 === 1)
        await buyers.rows(
          `UPDATE orders SET expires_at = now() - interval '3 minutes' WHERE checkout_session_id = $1`,
          [checkoutSessionId],
        );
      asked.push(checkoutSessionId);
      site.sandbox.verbs.pay(checkoutSessionId);
      const outcome = await site.fulfil(checkoutSessionId);
      if (outcome.status === 'paid') await site.revoke(outcome.sessionId, 'ended-by-owner');
      return;
    }
  }
  await Promise.all(Array.from({ length: 50 }, (_, index) => visit(index)));
  expect(await most()).toBeLessThanOrEqual(SEATS);
  expect(asked.length).toBeGreaterThan(0);
  // Whoever paid has had a session or gets the money back.
  for (const checkoutSessionId of asked) {
    if (await buyers.sessionOf(checkoutSessionId)) continue;
    await expect.poll(() => buyers.refundsOf(checkoutSessionId), within(10_000)).toHaveLength(1);
  }
});
