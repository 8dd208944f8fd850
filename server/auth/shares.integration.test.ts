import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ShareCreated, ShareTicket, ShareView } from '../../shared/access.ts';
import type { Problem } from '../../shared/problem.ts';
import { type Buyer, newBuyer } from '../testing/signed-in-buyer.ts';
import { createTestSite, type TestSite } from '../testing/test-site.ts';

let site: TestSite;
let buyer: Buyer;

beforeAll(async () => {
  site = await createTestSite();
  buyer = await newBuyer(site);
});
afterAll(() => site.stop());

const share = async (more = {}) => {
  const wanted = { name: 'A friend', ...more };
  const { body } = await buyer.browser.post<ShareCreated>(`${buyer.path}/shares`, wanted, buyer.bearer);
  return { ...body, secret: new URL(body.url).hash.slice(1) };
};
const watch = (shareId: string, secret: string) =>
  site.browser().post<ShareTicket & Problem>(`/api/shares/${shareId}/ticket`, { secret });

describe('shares', () => {
  it('[RT-9] a guest gets view-only tickets and nothing else, until the link is taken back', async () => {
    const { id, url, secret } = await share();
    expect(new URL(url)).toMatchObject({ pathname: `/share/${id}`, search: '' });
    expect(await watch(id, secret)).toMatchObject({ status: 202, body: { status: 'pending' } });
    await site.database.pool.query(`UPDATE sessions SET status = 'live', desktop_status = 'ready'`);
    const { status, body } = await watch(id, secret);
    expect(status).toBe(201);
    const [, claims = ''] = body.ticket.split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      aud: 'vnc',
      mode: 'view',
      sub: id,
    });
    expect(Object.keys(body.session).sort()).toEqual(['expiresAt', 'id', 'status']);
    const asToken = { authorization: `Bearer ${body.ticket}` };
    expect((await site.browser().get(buyer.path, asToken)).status).toBe(401);

    expect((await watch(id, 'nonsense')).status).toBe(410);
    expect((await watch((await share()).id, secret)).status).toBe(410);
    expect((await buyer.browser.delete(`${buyer.path}/shares/${id}`, buyer.bearer)).status).toBe(204);
    expect((await watch(id, secret)).body.code).toBe('share-over');
    const { body: left } = await buyer.browser.get<ShareView[]>(`${buyer.path}/shares`, buyer.bearer);
    expect(left.map((view) => view.id)).not.toContain(id);
    const { rows } = await site.database.pool.query('SELECT * FROM shares');
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it('[RT-9] dies at its own time, and with its session', async () => {
    const soon = await share({ expiresAt: new Date(Date.now() + 300).toISOString() });
    await expect.poll(() => watch(soon.id, soon.secret)).toMatchObject({ status: 410 });
    const { id, secret } = await share();
    await buyer.browser.post(`${buyer.path}/end`, {}, buyer.bearer);
    await expect
      .poll(async () => (await watch(id, secret)).body)
      .toMatchObject({ code: 'session-ended', endedReason: 'ended-by-owner' });
  });
});
