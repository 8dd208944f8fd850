import { expect } from 'vitest';
import type { CheckoutCreated, SignedIn } from '../../shared/api.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Browser } from './browser.ts';
import type { TestSite } from './test-site.ts';

/** What a buyer does, and what the database and Stripe then know, in a test's words. */
export function buyersOf(site: TestSite) {
  const rows = async <T extends object>(text: string, values: unknown[] = []): Promise<T[]> =>
    (await site.database.pool.query<T>(text, values)).rows;

  async function startCheckout(browser: Browser = site.browser()) {
    const { status, body } = await browser.post<CheckoutCreated>('/api/checkout');
    expect(status).toBe(201);
    return { browser, checkoutSessionId: body.checkoutSessionId, checkoutUrl: body.checkoutUrl };
  }

  const claim = (browser: Browser, checkoutSessionId: string) =>
    browser.post<SignedIn & Problem>('/api/checkout/claim', { checkoutSessionId });

  /** The session that a Checkout bought, when it did. */
  const sessionOf = async (checkoutSessionId: string) =>
    (
      await rows<{ id: string; status: string; ended_reason: string | null }>(
        `SELECT s.id, s.status, s.ended_reason FROM sessions s JOIN orders o ON o.id = s.order_id
         WHERE o.checkout_session_id = $1`,
        [checkoutSessionId],
      )
    )[0];

  const refundsOf = async (checkoutSessionId: string) => {
    const checkout = await site.stripe.checkout.sessions.retrieve(checkoutSessionId);
    const { data } = await site.stripe.refunds.list({ payment_intent: checkout.payment_intent as string });
    return data.map(({ amount, status }) => ({ amount, status }));
  };

  /** A buyer with a session, which is live though it has no desktop here. */
  async function paidSession() {
    const started = await startCheckout();
    site.sandbox.verbs.pay(started.checkoutSessionId);
    const { status, body } = await claim(started.browser, started.checkoutSessionId);
    expect(status).toBe(200);
    await site.sessions.markLive(body.session.id, `dsk_${body.session.id}`);
    return { ...started, sessionId: body.session.id, accessToken: body.accessToken };
  }

  return { rows, startCheckout, claim, sessionOf, refundsOf, paidSession };
}
