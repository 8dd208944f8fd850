import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePlaybook } from '../../shared/parse-playbook.ts';
import type { Problem } from '../../shared/problem.ts';
import type { ReceiptView } from '../../shared/receipt.ts';
import { createSavedPlaybooks } from '../agent/saved-playbooks.ts';
import { createTaskStore } from '../agent/task-store.ts';
import { type Buyer, newBuyer } from '../testing/signed-in-buyer.ts';
import { createTestSite, RETENTION_MS, type TestSite } from '../testing/test-site.ts';

let site: TestSite;

beforeAll(async () => {
  site = await createTestSite();
});
afterAll(() => site.stop());

const read = (buyer: Buyer, by = buyer.browser) => by.get<ReceiptView & Problem>(`${buyer.path}/receipt`);

/** A buyer whose session had a task with a file, and is over. */
async function afterTheEnd(): Promise<Buyer> {
  const buyer = await newBuyer(site);
  const { id } = buyer.signedIn.session;
  const parsed = parsePlaybook({ name: 'Look', steps: [{ navigate: 'about:blank' }] });
  if (!parsed.ok) throw new Error('not a playbook');
  const { db, pool } = site.database;
  const task = await createTaskStore(db).create(id, parsed.playbook);
  await createSavedPlaybooks(db).saveTask(task);
  // As when a server died between the end and what it has to forget of a conversation.
  await pool.query(`INSERT INTO task_transcripts (task_id, seq, entry) VALUES ($1, 0, '{}')`, [task.id]);
  const folder = join(site.dataDir, 'artifacts', id);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'prices.csv'), 'a,b');
  await site.revoke(id, 'ended-by-owner');
  return buyer;
}

describe('receipts', () => {
  it('[SES-9] says how it ended, what was paid and done, and what a look at the machine found', async () => {
    const buyer = await afterTheEnd();
    const { status, body } = await read(buyer);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      endedReason: 'ended-by-owner',
      payments: [{ amountCents: 100, currency: 'usd', refund: 'none' }],
      deletion: { processes: 0, files: 0, at: expect.any(String) },
      tasks: [{ name: 'Look', status: 'cancelled' }],
      files: [{ fileName: 'prices.csv', bytes: 3 }],
    });
    expect(Date.parse(body.keptUntil) - Date.parse(body.endedAt)).toBe(RETENTION_MS);
    expect((await buyer.browser.get(`${buyer.path}/receipt/files/prices.csv`)).body).toBe('a,b');
  });

  it('[SES-9] opens for the browsers that had the session, and for nobody else', async () => {
    const buyer = await newBuyer(site);
    expect(await read(buyer)).toMatchObject({ status: 202, body: { status: 'pending' } });
    await site.revoke(buyer.signedIn.session.id, 'expired');
    const stranger = await newBuyer(site);
    expect(await read(buyer, stranger.browser)).toMatchObject({ status: 401 });
    expect(await read(buyer, site.browser())).toMatchObject({ status: 401 });
    // Neither a token of it nor a file of somebody else's machine.
    expect((await site.browser().get(`${buyer.path}/receipt`, buyer.bearer)).status).toBe(401);
    const outside = `${buyer.path}/receipt/files/${encodeURIComponent('../../../etc/passwd')}`;
    expect((await buyer.browser.get(outside)).status).toBe(404);
    // By the refresh cookie alone, as on a device that a recovery link signed in.
    const device = site.browser();
    const cookie = `oda_refresh=${buyer.browser.cookies.get('oda_refresh')}`;
    expect((await device.get(`${buyer.path}/receipt`, { cookie })).status).toBe(200);
  });

  it('[SES-9] forgets tasks, results and files when asked, and after the retention date', async () => {
    const [asked, overdue, young] = [await afterTheEnd(), await afterTheEnd(), await afterTheEnd()];
    expect(await asked.browser.post(`${asked.path}/receipt/forget`)).toMatchObject({ status: 200 });
    await site.database.pool.query(
      `UPDATE sessions SET ended_at = ended_at - interval '1 millisecond' * $2 WHERE id = $1`,
      [overdue.signedIn.session.id, RETENTION_MS],
    );
    await site.receipts.forgetOverdue();
    for (const buyer of [asked, overdue]) {
      const { body } = await read(buyer);
      expect(await createSavedPlaybooks(site.database.db).list(buyer.signedIn.session.id)).toEqual([]);
      expect(body).toMatchObject({ tasks: [], files: [], payments: [{ amountCents: 100 }] });
      expect(Date.parse(body.keptUntil)).toBeLessThanOrEqual(Date.now());
      expect((await buyer.browser.get(`${buyer.path}/receipt/files/prices.csv`)).status).toBe(404);
    }
    expect((await read(young)).body.tasks).toHaveLength(1);
  });
});
