import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecoveryLink } from '../../shared/access.ts';
import type { SignedIn } from '../../shared/api.ts';
import type { Problem } from '../../shared/problem.ts';
import { type Buyer, newBuyer } from '../testing/signed-in-buyer.ts';
import { createTestSite, type TestSite } from '../testing/test-site.ts';

let site: TestSite;

beforeAll(async () => {
  site = await createTestSite();
});
afterAll(() => site.stop());

const createLink = async ({ browser, path, bearer }: Buyer) => {
  const { status, body } = await browser.post<RecoveryLink>(`${path}/recovery-links`, {}, bearer);
  expect(status).toBe(201);
  return { ...body, secret: new URL(body.url).hash.slice(1) };
};
const recover = (secret: string) => site.browser().post<SignedIn & Problem>('/api/auth/recover', { secret });

describe('recovery links', () => {
  it('[AUTH-10] another device opens the same session, and both stay signed in', async () => {
    const buyer = await newBuyer(site);
    const { url, secret, expiresAt } = await createLink(buyer);
    expect(new URL(url)).toMatchObject({ origin: site.url, pathname: '/recover', search: '' });
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(15 * 60_000);

    const device = site.browser();
    const recovered = await device.post<SignedIn>('/api/auth/recover', { secret });
    expect(recovered.body.session.id).toBe(buyer.signedIn.session.id);
    expect((await device.post('/api/auth/refresh')).status).toBe(200);
    expect((await buyer.browser.post('/api/auth/refresh')).status).toBe(200);
  });

  it('[AUTH-10] a link works once, also when two devices are equally fast', async () => {
    const { secret } = await createLink(await newBuyer(site));
    const answers = await Promise.all([recover(secret), recover(secret), recover(secret)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410]);
    expect((await recover(secret)).body.code).toBe('link-spent');
    expect((await recover('nonsense')).body.code).toBe('link-spent');
  });

  it('[AUTH-10] a link is dead after a quarter of an hour, and with its session', async () => {
    const buyer = await newBuyer(site);
    const late = await createLink(buyer);
    await site.database.pool.query(
      `UPDATE recovery_links SET expires_at = expires_at - interval '15 minutes'`,
    );
    expect((await recover(late.secret)).status).toBe(410);
    const { secret } = await createLink(buyer);
    await buyer.browser.post(`${buyer.path}/end`, {}, buyer.bearer);
    expect((await recover(secret)).body).toMatchObject({
      code: 'session-ended',
      endedReason: 'ended-by-owner',
    });
  });

  it('[AUTH-10] a session has five open links at most, whoever asks at once', async () => {
    const { browser, path, bearer } = await newBuyer(site);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => browser.post<Problem>(`${path}/recovery-links`, {}, bearer)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 201, 201, 429, 429, 429]);
    expect(answers.find(({ status }) => status === 429)?.body.code).toBe('too-many-links');
  });

  it('[AUTH-10] the owner comes back by a link after every cookie is dead', async () => {
    const buyer = await newBuyer(site);
    const { secret } = await createLink(buyer);
    await buyer.browser.post('/api/auth/logout');
    expect((await buyer.browser.post('/api/auth/refresh')).status).toBe(401);
    expect((await buyer.browser.post('/api/auth/recover', { secret })).status).toBe(200);
    expect((await buyer.browser.post('/api/auth/refresh')).status).toBe(200);
  });

  it('[AUTH-10] signing out leaves nothing in the browser that opens the session again', async () => {
    const { browser } = await newBuyer(site);
    await browser.post('/api/auth/logout');
    expect([...browser.cookies.values()].filter((value) => value !== '')).toEqual([]);
  });

  it('[AUTH-5] the database holds no secret of a link', async () => {
    const { secret } = await createLink(await newBuyer(site));
    const { rows } = await site.database.pool.query('SELECT * FROM recovery_links');
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(secret);
  });
});
