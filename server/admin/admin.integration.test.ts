import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AdminHealth, AdminSession } from '../../shared/admin.ts';
import type { Problem } from '../../shared/problem.ts';
import { newBuyer } from '../testing/signed-in-buyer.ts';
import { createTestSite, type TestSite } from '../testing/test-site.ts';
import { createAdminSessions } from './admin-sessions.ts';
import { hashPassword, verifyPassword } from './password.ts';

const password = 'correct horse battery staple';
let site: TestSite;

beforeAll(async () => {
  site = await createTestSite({ adminPasswordHash: await hashPassword(password) });
});
afterAll(() => site.stop());

async function operator() {
  const browser = site.browser();
  expect((await browser.post('/api/admin/login', { password })).status).toBe(204);
  return browser;
}

describe('operator', () => {
  it('[AUTH-10] signs in, sees every session, ends one, signs out', async () => {
    const buyer = await newBuyer(site);
    const { id } = buyer.signedIn.session;
    const browser = await operator();
    const { body: sessions } = await browser.get<AdminSession[]>('/api/admin/sessions');
    expect(sessions).toContainEqual(expect.objectContaining({ id, endedAt: null, releasedAt: null }));
    const health = await browser.get<AdminHealth>('/api/admin/health');
    expect(health.body).toMatchObject({ release: 'test', sessions: { awaitingDesktop: 1, live: 0 } });

    expect((await browser.post(`/api/admin/sessions/${id}/revoke`)).status).toBe(202);
    const answer = await buyer.browser.post<Problem>('/api/auth/refresh');
    expect(answer.body).toMatchObject({ code: 'session-ended', endedReason: 'revoked-by-operator' });
    expect((await browser.post('/api/admin/sessions/ses_none/revoke')).status).toBe(404);

    const cookie = `oda_admin=${browser.cookies.get('oda_admin')}`;
    await browser.post('/api/admin/logout');
    expect((await site.browser().get('/api/admin/sessions', { cookie })).status).toBe(401);
  });

  it('[AUTH-10] nobody else gets in', async () => {
    const buyer = await newBuyer(site);
    for (const path of ['sessions', 'health']) {
      expect((await buyer.browser.get(`/api/admin/${path}`, buyer.bearer)).status).toBe(401);
    }
    const { id } = buyer.signedIn.session;
    const revoke = await buyer.browser.post(`/api/admin/sessions/${id}/revoke`, {}, buyer.bearer);
    expect(revoke.status).toBe(401);
    const headers = { cookie: 'oda_admin=nonsense' };
    expect((await site.browser().get('/api/admin/sessions', headers)).status).toBe(401);
  });

  it('[AUTH-10] the cookie is HttpOnly, SameSite=Strict, 12 h, and stored as a hash', async () => {
    const response = await fetch(`${site.url}/api/admin/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: site.url },
      body: JSON.stringify({ password }),
    });
    const [cookie = ''] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^oda_admin=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
    const { rows } = await site.database.pool.query('SELECT * FROM admin_sessions');
    expect(JSON.stringify(rows)).not.toContain(cookie.slice('oda_admin='.length, 50));
  });

  it('[AUTH-10] a wrong password costs time, and a new password signs everybody out', async () => {
    const browser = site.browser();
    const wrong = await browser.post<Problem>('/api/admin/login', { password: 'wrong' });
    expect(wrong.body.code).toBe('wrong-password');
    const tooSoon = await browser.post<Problem>('/api/admin/login', { password });
    expect(tooSoon).toMatchObject({ status: 429, body: { code: 'too-fast' } });
    site.advance(1_000);
    const cookie = (await operator()).cookies.get('oda_admin') as string;

    const { db } = site.database;
    expect(await createAdminSessions(db, 'another').isValid(cookie)).toBe(false);
    expect(await createAdminSessions(db, undefined).isValid(cookie)).toBe(false);
  });

  it('[AUTH-10] without a password nobody signs in', async () => {
    const closed = await createTestSite();
    const answer = await closed.browser().post<Problem>('/api/admin/login', { password });
    expect(answer).toMatchObject({ status: 503, body: { code: 'no-operator' } });
    await closed.stop();
  });

  it('[AUTH-10] verifies hashes of other argon2 tools, and refuses nonsense', async () => {
    // From the reference implementation's own tests.
    const phc = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await verifyPassword('password', phc)).toBe(true);
    expect(await verifyPassword('password', '$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$')).toBe(false);
    expect(await verifyPassword(password, await hashPassword(password))).toBe(true);
    expect(await verifyPassword(`${password} `, await hashPassword(password))).toBe(false);
  });
});
