import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { CheckoutCreated, SignedIn } from '../../shared/api.ts';
import type { SessionEvent } from '../../shared/protocol.ts';
import { readEvents } from '../realtime/event-log.ts';
import { warnOfEnds } from '../sessions/end-warnings.ts';
import { buyersOf } from '../testing/buyer.ts';
import { createTestSite, type TestSite } from '../testing/test-site.ts';

const DAY_MS = 86_400_000;
let site: TestSite;
let buyers: ReturnType<typeof buyersOf>;

beforeAll(async () => {
  site = await createTestSite({ sessionTtlMs: DAY_MS, ownAddresses: true });
  buyers = buyersOf(site);
});
afterEach(() => site.sandbox.faults.clear());
afterAll(() => site.stop());

type Buyer = Awaited<ReturnType<ReturnType<typeof buyersOf>['paidSession']>>;
const within = (timeout: number) => ({ timeout, interval: 20 });

const extend = ({ browser, sessionId, accessToken }: Buyer) =>
  browser.post<CheckoutCreated>(
    `/api/sessions/${sessionId}/extend`,
    {},
    { authorization: `Bearer ${accessToken}` },
  );
const checkoutFor = async ({ sessionId }: Buyer) =>
  (
    await buyers.rows<{ id: string }>(
      `SELECT checkout_session_id AS id FROM orders WHERE extends_session_id = $1 ORDER BY created_at DESC`,
      [sessionId],
    )
  )[0]?.id ?? '';
const endMs = async (sessionId: string) => (await site.sessions.find(sessionId))?.expires_at.getTime() ?? 0;
type DataOf<T extends SessionEvent['type']> = Extract<SessionEvent, { type: T }>['data'];
const eventsOf = async <T extends SessionEvent['type']>(sessionId: string, type: T): Promise<DataOf<T>[]> =>
  (await readEvents(site.database.db, sessionId, 0, 100)).flatMap(({ event }) =>
    event.type === type ? [event.data as DataOf<T>] : [],
  );
const leave = (sessionId: string, interval: string) =>
  buyers.rows(
    `UPDATE sessions SET created_at = now() - interval '1 day', expires_at = now() + $2::interval WHERE id = $1`,
    [sessionId, interval],
  );

it('[SES-3] a paid extension adds a day exactly once, whatever reports it and how often', async () => {
  const buyer = await buyers.paidSession();
  const before = await endMs(buyer.sessionId);
  const answers = await Promise.all(Array.from({ length: 10 }, () => extend(buyer)));
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
  expect(new Set(answers.map(({ body }) => body.checkoutUrl)).size).toBe(1); // [PAY-11]
  const checkoutSessionId = await checkoutFor(buyer);
  site.sandbox.faults.add({ verb: 'duplicate', copies: 3 });
  site.sandbox.verbs.pay(checkoutSessionId);
  await Promise.all(Array.from({ length: 8 }, () => site.otherNode()(checkoutSessionId)));
  await site.reconciler.run();
  await site.sandbox.idle();
  expect((await endMs(buyer.sessionId)) - before).toBe(DAY_MS);
  const expiresAt = new Date(before + DAY_MS).toISOString();
  expect(await eventsOf(buyer.sessionId, 'session.extended')).toEqual([{ expiresAt }]);
});

it('[SES-3] leases and access tokens follow the new end', async () => {
  const buyer = await buyers.paidSession();
  await leave(buyer.sessionId, '40 seconds');
  const refresh = () => buyer.browser.post<SignedIn>('/api/auth/refresh', { sessionId: buyer.sessionId });
  const lifeMs = ({ body }: { body: SignedIn }) => Date.parse(body.accessTokenExpiresAt) - Date.now();
  expect(lifeMs(await refresh())).toBeLessThan(41_000);
  await extend(buyer);
  site.sandbox.verbs.pay(await checkoutFor(buyer));
  await expect.poll(() => eventsOf(buyer.sessionId, 'session.extended'), within(5_000)).toHaveLength(1);
  expect(lifeMs(await refresh())).toBeGreaterThan(200_000);
});

it('[SES-3] [PAY-5] the webhook of an extension is dropped: the reconciler adds the day', async () => {
  const buyer = await buyers.paidSession();
  const before = await endMs(buyer.sessionId);
  site.sandbox.faults.add({ verb: 'drop', times: null });
  await extend(buyer);
  site.sandbox.verbs.pay(await checkoutFor(buyer));
  await site.reconciler.run();
  expect((await endMs(buyer.sessionId)) - before).toBe(DAY_MS);
});

it('[SES-3] paid when the session is over: the money goes back', async () => {
  const buyer = await buyers.paidSession();
  await extend(buyer);
  const checkoutSessionId = await checkoutFor(buyer);
  await site.revoke(buyer.sessionId, 'expired');
  site.sandbox.verbs.pay(checkoutSessionId);
  await expect
    .poll(() => buyers.refundsOf(checkoutSessionId), within(5_000))
    .toEqual([{ amount: 100, status: 'succeeded' }]);
});

it('[SES-3] the open Checkout of a session that is over is expired by the reconciler', async () => {
  const buyer = await buyers.paidSession();
  await extend(buyer);
  await site.revoke(buyer.sessionId, 'ended-by-owner');
  await site.reconciler.run();
  const checkout = await site.stripe.checkout.sessions.retrieve(await checkoutFor(buyer));
  expect(checkout.status).toBe('expired');
});

it('[SES-3] [PAY-12] a desktop lost for good: the day that had not begun is refunded, the used one is not', async () => {
  const buyer = await buyers.paidSession();
  await extend(buyer);
  const extension = await checkoutFor(buyer);
  site.sandbox.verbs.pay(extension);
  await expect.poll(() => eventsOf(buyer.sessionId, 'session.extended'), within(5_000)).toHaveLength(1);
  await buyers.rows(`UPDATE sessions SET live_at = now() - interval '5 hours' WHERE id = $1`, [
    buyer.sessionId,
  ]);
  await site.revoke(buyer.sessionId, 'failed');
  await expect.poll(() => buyers.refundsOf(extension), within(5_000)).toHaveLength(1);
  expect(await buyers.refundsOf(buyer.checkoutSessionId)).toEqual([]);
});

it('[SES-3] [PAY-9] an extension that is disputed ends the session too', async () => {
  const buyer = await buyers.paidSession();
  await extend(buyer);
  const checkoutSession = await checkoutFor(buyer);
  site.sandbox.verbs.pay(checkoutSession);
  await expect.poll(() => eventsOf(buyer.sessionId, 'session.extended'), within(5_000)).toHaveLength(1);
  site.sandbox.verbs.dispute({ checkoutSession });
  const endedReason = async () => (await site.sessions.find(buyer.sessionId))?.ended_reason;
  await expect.poll(endedReason, within(5_000)).toBe('disputed');
});

it('[SES-3] warns once an hour, ten minutes and a minute before the end', async () => {
  const { sessionId } = await buyers.paidSession();
  const { db } = site.database;
  const warnings = async () => (await eventsOf(sessionId, 'session.ending')).map(({ inMs }) => inMs);
  await warnOfEnds(db);
  expect(await warnings()).toEqual([]);
  for (const left of ['59 minutes', '58 minutes', '9 minutes', '50 seconds', '40 seconds']) {
    await leave(sessionId, left);
    await Promise.all([warnOfEnds(db), warnOfEnds(db), warnOfEnds(db)]); // several nodes
  }
  expect(await warnings()).toEqual([3_600_000, 600_000, 60_000]);
});

it('[SES-3] after a pause only the nearest warning is given, and a short session gets no long one', async () => {
  const { sessionId } = await buyers.paidSession();
  await leave(sessionId, '5 minutes');
  await warnOfEnds(site.database.db);
  expect(await eventsOf(sessionId, 'session.ending')).toEqual([{ inMs: 600_000 }]);
  const short = await buyers.paidSession();
  await leave(short.sessionId, '9 minutes');
  await buyers.rows(`UPDATE sessions SET created_at = now() WHERE id = $1`, [short.sessionId]);
  await warnOfEnds(site.database.db);
  expect(await eventsOf(short.sessionId, 'session.ending')).toEqual([]);
});
