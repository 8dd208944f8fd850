import { expect, test } from '@playwright/test';
import { type RunningServer, startServer } from '../server/testing/running-server.ts';
import { startTestPages, type TestPages } from '../server/testing/test-pages.ts';
import type { TaskView } from '../shared/task.ts';
import { buyInPage } from './buyer-page.ts';
import { listenToConsole } from './console.ts';
import { expectAccessible, sidewaysPx } from './page-checks.ts';

const VALUE = 'Ada of the secret garden';
let server: RunningServer;
let pages: TestPages;
let other: TestPages;

test.beforeAll(async () => {
  [pages, other] = await Promise.all([startTestPages(), startTestPages()]);
  server = await startServer({ EGRESS_ALLOW_PRIVATE: `${pages.host},${other.host}` });
});
test.afterAll(async () => {
  await server?.stop();
  await Promise.all([pages?.stop(), other?.stop()]);
});

test('[AGT-5] a secret, an approval on the page, and a task held to its origins', async ({
  context,
  page,
}) => {
  const said = listenToConsole(context);
  let token = '';
  page.on('request', (request) => {
    token = request.headers().authorization ?? token;
  });
  await buyInPage(page, server);
  const sessionPath = `${server.url}/api/sessions/${page.url().split('/').at(-1)}`;

  await test.step('[AGT-7] the owner adds a secret, which is never shown again', async () => {
    await page.getByRole('button', { name: 'Secrets' }).click();
    await page.getByLabel('Name', { exact: true }).fill('garden');
    await page.getByLabel('Site it is for').fill(`${pages.url}/form`);
    await page.getByLabel('Value').fill(VALUE);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Add secret' }).click();
    await expect(page.getByText('{{secret:garden}}')).toBeVisible();
    await expect(page.getByText(pages.url, { exact: true })).toBeVisible();
    expect(await page.content()).not.toContain(VALUE);
    await page.keyboard.press('Escape');
  });

  await test.step('[AGT-5] the agent asks before it sends, and the page says what and where to', async () => {
    const steps = [
      { navigate: `${pages.url}/form` },
      { fill: { label: 'Your name', value: '{{secret:garden}}' } },
      { screenshot: {} },
      { click: { role: 'button', name: 'Send order' } },
    ];
    await page.getByLabel('Steps for the agent').fill(JSON.stringify({ steps }));
    await page.getByLabel('Ask me first').check();
    await page.getByRole('button', { name: 'Run' }).click();
    const card = page.getByRole('region', { name: 'The agent is about to send this' });
    await expect(card).toBeVisible({ timeout: 20_000 });
    await expect(card).toContainText("button 'Send order'");
    await expect(card).toContainText(`${pages.url}/sent`);
    await expect(card).toContainText('Your name[secret garden]SizeSmall');
    await expect(card).toContainText(/Refused in 0?9:/);
    await expect(page.getByText('Needs your approval')).toBeVisible();
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await sidewaysPx(page)).toBe(0);
    await page.setViewportSize({ width: 1440, height: 900 });
    expect(pages.hits.some((hit) => hit.includes('/sent'))).toBe(false);

    await card.getByRole('button', { name: 'Approve' }).click();
    await expect(page.getByText('4 of 4 steps')).toBeVisible({ timeout: 20_000 });
    await expect(card).toHaveCount(0);
    expect(pages.hits).toContain(`GET /sent?${new URLSearchParams({ name: VALUE, size: 'Small' })}`);
  });

  await test.step('[AGT-9] the desktop itself keeps a task to its allowed origins, and lets go after it', async () => {
    const away = { steps: [{ navigate: `${pages.url}/form` }, { navigate: `${other.url}/form` }] };
    const give = async (body: object) => {
      const headers = { authorization: token, origin: server.url };
      const created = await page.request.post(`${sessionPath}/tasks`, { headers, data: body });
      const { id } = (await created.json()) as TaskView;
      const task = async () =>
        (await (await page.request.get(`${sessionPath}/tasks/${id}`, { headers })).json()) as TaskView;
      await expect.poll(async () => (await task()).endedAt, { timeout: 20_000 }).not.toBeNull();
      return task();
    };
    const held = await give({ playbook: away, allowedOrigins: [pages.url] });
    expect(held.error).toMatchObject({ code: 'origin-not-allowed' });
    const byPage = [{ navigate: `${pages.url}/go?to=${other.url}/form` }];
    expect((await give({ playbook: { steps: byPage }, allowedOrigins: [pages.url] })).error).toMatchObject({
      code: 'origin-not-allowed',
    });
    expect(other.hits).toEqual([]);
    expect((await give({ playbook: away })).status).toBe('succeeded');
    expect(other.hits).toContain('GET /form');
  });

  expect(said).toEqual([]);
  expect(server.errors()).toEqual([]);
  expect(JSON.stringify(server.log)).not.toContain(VALUE);
});
