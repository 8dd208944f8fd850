import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckoutCreated, SignedIn } from '../../shared/api.ts';
import type { Problem } from '../../shared/problem.ts';
import type { SessionView } from '../../shared/session.ts';
import type { Browser } from '../testing/browser.ts';
import { createTestSite, type TestSite } from '../testing/test-site.ts';

let site: TestSite;

beforeAll(async () => {
  site = await createTestSite({ sessionTtlMs: 4_000 });
});
afterAll(() => site.stop());

async function signIn(): Promise<{ browser: Browser; signedIn: SignedIn }> {
  const browser = site.browser();
  await browser.get('/');
  const { body } = await browser.post<CheckoutCreated>('/api/checkout');
  site.sandbox.verbs.pay(body.checkoutSessionId);
  const claimed = await browser.post<SignedIn>('/api/checkout/claim', {
    checkoutSessionId: body.checkoutSessionId,
  });
  expect(claimed.status).toBe(200);
  return { browser, signedIn: claimed.body };
}

const bearer = (signedIn: SignedIn) => ({ authorization: `Bearer ${signedIn.accessToken}` });

describe('sign-in', () => {
  it('[AUTH-9] twenty reloads keep the session, each with a new token', async () => {
    const { browser, signedIn } = await signIn();
    const tokens = new Set<string>();
    for (let reload = 0; reload < 20; reload++) {
      const { status, body } = await browser.post<SignedIn>('/api/auth/refresh');
      expect({ status, id: body.session.id }).toEqual({ status: 200, id: signedIn.session.id });
      tokens.add(body.accessToken);
    }
    expect(tokens.size).toBe(20);
  });

  it('[AUTH-3] at the end every token, refresh and ticket is dead', async () => {
    const { browser, signedIn } = await signIn();
    const path = `/api/sessions/${signedIn.session.id}`;
    expect((await browser.get<SessionView>(path, bearer(signedIn))).status).toBe(200);
    await expect
      .poll(() => browser.post<Problem>('/api/auth/refresh', { sessionId: signedIn.session.id }), {
        timeout: new Date(signedIn.session.expiresAt).getTime() + 1_000 - Date.now(),
      })
      .toMatchObject({ status: 401, body: { code: 'session-ended', endedReason: 'expired' } });
    expect((await browser.get<Problem>(path, bearer(signedIn))).status).toBe(401);
    const ticket = await browser.post<Problem>(`${path}/vnc-ticket`, { mode: 'control' }, bearer(signedIn));
    expect(ticket.status).toBe(401);
  });

  it.each([
    ['none', ''],
    ['evil', 'https://evil.example'],
    ['suffix', 'SITE.evil.example'],
    ['null', 'null'],
  ])('[AUTH-4] an unsafe call from origin %s is refused', async (_, origin) => {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (origin) headers.origin = origin.replace('SITE', site.url);
    const response = await fetch(`${site.url}/api/checkout`, { method: 'POST', headers, body: '{}' });
    expect(response.status).toBe(403);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  });

  it('[AUTH-4] a cross-site request is refused even with our origin', async () => {
    const response = await site
      .browser()
      .post<Problem>('/api/checkout', {}, { 'sec-fetch-site': 'cross-site' });
    expect(response.status).toBe(403);
  });

  it('a token opens its own session only', async () => {
    const [one, other] = [await signIn(), await signIn()];
    const path = `/api/sessions/${other.signedIn.session.id}`;
    expect(await one.browser.get<Problem>(path, bearer(one.signedIn))).toMatchObject({
      status: 403,
      body: { code: 'wrong-session' },
    });
    expect((await one.browser.get<Problem>(path)).body.code).toBe('token-missing');
  });

  it('signing out ends the refresh', async () => {
    const { browser } = await signIn();
    expect((await browser.post('/api/auth/logout')).status).toBe(204);
    expect((await browser.post<Problem>('/api/auth/refresh')).body.code).toBe('not-signed-in');
  });

  it('[AUTH-9] the browser that paid comes back after its family died; a stranger and a signed-out one do not', async () => {
    const { browser, signedIn } = await signIn();
    const sessionId = signedIn.session.id;
    await site.database.pool.query('UPDATE refresh_families SET revoked_at = now()');
    expect((await browser.post('/api/auth/refresh')).status).toBe(401);
    const back = await browser.post<SignedIn>('/api/auth/come-back', { sessionId });
    expect(back.body.session.id).toBe(sessionId);
    expect((await browser.post('/api/auth/refresh')).status).toBe(200);

    const stranger = site.browser();
    await stranger.get('/');
    expect((await stranger.post('/api/auth/come-back', { sessionId })).status).toBe(401);
    await browser.post('/api/auth/logout');
    expect((await browser.post('/api/auth/come-back', { sessionId })).status).toBe(401);
  });

  it('[AUTH-2] five tabs at once stay signed in', async () => {
    const { browser } = await signIn();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => browser.post<SignedIn>('/api/auth/refresh')),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect((await browser.post('/api/auth/refresh')).status).toBe(200);
  });

  it('ending by the owner kills the token at once', async () => {
    const { browser, signedIn } = await signIn();
    const path = `/api/sessions/${signedIn.session.id}`;
    expect((await browser.post(`${path}/end`, {}, bearer(signedIn))).status).toBe(202);
    await expect
      .poll(async () => (await browser.get<Problem>(path, bearer(signedIn))).body)
      .toMatchObject({ code: 'session-ended', endedReason: 'ended-by-owner' });
  });
});
