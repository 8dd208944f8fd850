import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { type ModelDouble, startModelDouble } from '../server/testing/model-double.ts';
import { type RunningServer, startServer } from '../server/testing/running-server.ts';
import { startTestPages, type TestPages } from '../server/testing/test-pages.ts';
import { buySession } from '../server/testing/visitor.ts';
import { listenToConsole } from './console.ts';
import { expectAccessible, sidewaysPx, watchLayoutShift } from './page-checks.ts';
import { RemoteScreen } from './remote-screen.ts';

let model: ModelDouble;
let pages: TestPages;
let server: RunningServer;
let settings: Record<string, string>;
let buyer: BrowserContext;
let said: string[];
let sessionUrl: string;
let page: Page;

test.beforeAll(async ({ browser }) => {
  [model, pages] = await Promise.all([startModelDouble(), startTestPages()]);
  settings = {
    EGRESS_ALLOW_PRIVATE: pages.host,
    WARM_DESKTOPS: '0',
    ...{ LLM_BASE_URL: model.baseUrl, LLM_MODEL: 'double', LLM_API_KEY: 'sk-of-the-operator' },
  };
  server = await startServer(settings);
  buyer = await browser.newContext();
  said = listenToConsole(buyer);
  const visitor = await buySession(server);
  const cookies = [...visitor.browser.cookies].map(([name, value]) => ({ name, value, url: server.url }));
  await buyer.addCookies(cookies);
  sessionUrl = `${server.url}/s/${visitor.sessionId}`;
});
test.afterAll(async () => {
  await buyer?.close();
  await server?.stop();
  await Promise.all([model?.stop(), pages?.stop()]);
});
test.beforeEach(async () => {
  page = await buyer.newPage();
});
test.afterEach(async () => {
  await page.close();
  expect(said.splice(0)).toEqual([]); // [UI-5]
  expect(server.errors()).toEqual([]);
  expect(JSON.stringify(server.log)).not.toContain('sk-of-the-operator'); // [AGT-7]
});

test('[AGT-3] a task in words: followed live, with what it costs; kept, run again and deleted', async () => {
  model.play((_request, index) => {
    const cost = { inputTokens: 2_000, outputTokens: 30 };
    if (index === 0) {
      const input = { url: `${pages.url}/form` };
      return { text: 'I open the form.', calls: [{ tool: 'navigate', input }], ...cost };
    }
    if (index === 1) {
      return { calls: [{ tool: 'fill', input: { label: 'Your name', value: 'Ada' } }], ...cost };
    }
    return { calls: [{ tool: 'done', input: { success: true, result: 'It costs 42 dollars.' } }], ...cost };
  });
  const shifted = await watchLayoutShift(page);
  await page.goto(sessionUrl);
  await new RemoteScreen(page).shown();
  const box = page.getByLabel('What shall the agent do?');
  await expect(box).toBeVisible();
  expect(await shifted()).toBeLessThan(0.05);
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(page.getByRole('alert')).toHaveText('Say first what the agent shall do.');
  await box.fill(`What does the order cost? See ${pages.url}/form`);
  await box.press('Control+Enter');

  const task = page.getByRole('listitem').filter({ hasText: 'What does the order cost?' }).first();
  await expect(task.getByText('I open the form.')).toBeVisible({ timeout: 15_000 });
  await expect(task.getByText('It costs 42 dollars.')).toBeVisible({ timeout: 15_000 });
  await expect(task.getByText('6,090 tokens · about 1.9 ¢')).toBeVisible();
  await expect(task.getByText('2 steps')).toBeVisible();

  await expectAccessible(page);
  await task.getByRole('button', { name: /^Save as playbook/ }).click();
  const kept = page.getByRole('region', { name: 'Your playbooks' });
  await expect(kept.getByText('· 2 steps')).toBeVisible();
  await kept.getByRole('button', { name: /^Run playbook/ }).click();
  await expect(page.getByText('2 of 2 steps')).toBeVisible({ timeout: 15_000 });
  expect(model.requests).toHaveLength(3);
  await kept.getByRole('button', { name: /^Delete playbook/ }).click();
  await expect(kept).toBeHidden();
});

test('[AGT-6] stop ends a task while the model still thinks; on a phone as well', async () => {
  model.play([{ silent: true }]);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(sessionUrl);
  await page.getByLabel('What shall the agent do?').fill('Think about it.');
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(page.getByText('Thinking…')).toBeVisible({ timeout: 15_000 });
  await expect.poll(() => model.requests.length).toBe(1);
  expect(await sidewaysPx(page)).toBeLessThanOrEqual(0);
  await page.getByRole('button', { name: 'Stop Think about it.' }).click();
  await model.requests[0]?.abandoned;
  await expect(page.getByText('Cancelled')).toBeVisible();
  await page.getByRole('button', { name: 'New task' }).click();
  await page.getByText('Or give it the steps yourself').click();
  await page.getByRole('button', { name: 'Read a page' }).click();
  await expect(page.getByRole('list', { name: 'Steps of this draft' })).toBeVisible();
  expect(await sidewaysPx(page)).toBeLessThanOrEqual(0);
});

test('[AGT-6] kill -9 of the server while the model thinks: the next one goes on from the log', async () => {
  const fill = { tool: 'fill', input: { label: 'Your name', value: 'Grace' } };
  model.play((_request, index) => {
    if (index === 0) return { calls: [{ tool: 'navigate', input: { url: `${pages.url}/form` } }] };
    if (index === 1) return { calls: [fill] };
    if (index === 2) return { silent: true };
    return { calls: [{ tool: 'done', input: { success: true, result: 'The name is there.' } }] };
  });
  await page.goto(sessionUrl);
  await page.getByLabel('What shall the agent do?').fill(`Write the name. See ${pages.url}/form`);
  await page.getByRole('button', { name: 'Start' }).click();
  await expect.poll(() => model.requests.length, { timeout: 15_000 }).toBe(3);
  await page.goto('about:blank');
  await server.kill('SIGKILL');
  const { port } = new URL(server.url);
  server = { ...(await startServer({ ...settings, PORT: port }, server.dataDir)), url: server.url };
  await page.goto(sessionUrl);
  const task = page.getByRole('listitem').filter({ hasText: 'Write the name.' }).first();
  await expect(task.getByText('The name is there.')).toBeVisible({ timeout: 20_000 });
  await expect(task.getByText('2 steps')).toBeVisible();
  expect(model.requests).toHaveLength(4);
});
