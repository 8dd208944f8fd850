import type { CheckoutCreated, SignedIn } from '../../shared/api.ts';
import type { Browser } from './browser.ts';
import type { TestSite } from './test-site.ts';

export interface Buyer {
  browser: Browser;
  signedIn: SignedIn;
  /** `/api/sessions/:id` */
  path: string;
  /** Headers of a signed-in call. */
  bearer: { authorization: string };
}

/** Somebody who has paid and claimed. */
export async function newBuyer(site: TestSite): Promise<Buyer> {
  const browser = site.browser();
  await browser.get('/');
  const { body } = await browser.post<CheckoutCreated>('/api/checkout');
  site.sandbox.verbs.pay(body.checkoutSessionId);
  const { checkoutSessionId } = body;
  const { body: signedIn } = await browser.post<SignedIn>('/api/checkout/claim', { checkoutSessionId });
  return {
    browser,
    signedIn,
    path: `/api/sessions/${signedIn.session.id}`,
    bearer: { authorization: `Bearer ${signedIn.accessToken}` },
  };
}
