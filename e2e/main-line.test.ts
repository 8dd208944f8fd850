import { expect, test } from '@playwright/test';
import { type RunningServer, startServer } from '../server/testing/running-server.ts';
import { startTestPages, type TestPages } from '../server/testing/test-pages.ts';
import { buySession, openControl, openPicture, tellStripe } from '../server/testing/visitor.ts';
import { listenToConsole } from './console.ts';
import { fillCard, startCheckout } from './pay.ts';
import { RemoteScreen } from './remote-screen.ts';

let server: RunningServer;
let pages: TestPages;

test.beforeAll(async () => {
  pages = await startTestPages();
  server = await startServer({ EGRESS_ALLOW_PRIVATE: pages.host, HEARTBEAT_MS: '2000' });
});
test.afterAll(async () => {
  await server?.stop();
  await pages?.stop();
});

const extractTotal = {
  steps: [
    { navigate: 'PAGES/form' },
    { fill: { label: 'Your name', value: 'The Agent' } },
    { select: { label: 'Size', option: 'Large' } },
    { extract: { css: '[data-testid=total]', as: 'total' } },
    { click: { role: 'button', name: 'Send order' } },
    { assert: { role: 'heading', name: 'Thank you, The Agent' } },
    { screenshot: {} },
  ],
};

test('[UI-5] pay a dollar, drive the browser, set the agent to work, reload, end', async ({
  context,
  page,
}) => {
  const said = listenToConsole(context);

  await page.goto(server.url);
  await startCheckout(page);
  await fillCard(page);
  await page.waitForURL(/\/s\/ses_/, { timeout: 15_000 });
  const screen = new RemoteScreen(page);
  await screen.shown();

  await test.step('[VNC-5] a person types an address, every symbol, submits a form and scrolls', async () => {
    const painted = () => pages.hits.filter((hit) => hit === 'GET /painted').length;
    await screen.goTo(`${pages.url}/form`);
    await expect.poll(painted).toBe(1);
    await screen.click(340, 157);
    await screen.type('a_+@#{}|~\\"Z');
    await screen.press('Enter');
    const sent = new URLSearchParams({ name: 'a_+@#{}|~\\"Z', size: 'Small' });
    await expect.poll(() => pages.hits, { timeout: 10_000 }).toContain(`GET /sent?${sent}`);
    await screen.goTo(`${pages.url}/form`);
    await expect.poll(painted).toBe(2);
    await expect(async () => {
      await screen.wheel(640, 450, 600);
      expect(pages.hits).toContain('GET /scrolled');
    }).toPass({ timeout: 10_000 });
  });

  await test.step('[AGT-2] the agent runs a playbook in the same window while its steps tick by', async () => {
    const playbook = JSON.stringify(extractTotal).replace('PAGES', pages.url);
    await page.getByLabel('Steps for the agent').fill(playbook);
    await page.getByRole('button', { name: 'Run' }).click();
    const task = page.getByRole('listitem').filter({ hasText: '7 of 7 steps' });
    await expect(task).toBeVisible({ timeout: 30_000 });
    await expect(task).toContainText('42 dollars');
    expect(pages.hits).toContain('GET /sent?name=The+Agent&size=Large');
  });

  await test.step('[AUTH-9] a reload is the same session, with picture, tasks and sign-in', async () => {
    const url = page.url();
    await page.reload();
    await screen.shown();
    expect(page.url()).toBe(url);
    await expect(page.getByText('7 of 7 steps')).toBeVisible();
    await expect(page.getByText('Connected')).toBeVisible();
  });

  await test.step('[AUTH-9] a second tab is signed in too, and the first stays', async () => {
    const second = await context.newPage();
    await second.goto(page.url());
    await new RemoteScreen(second).shown();
    await second.close();
    await expect(page.getByText('Connected')).toBeVisible();
  });

  await test.step('[SES-2] ending it ends the page, the processes and the files', async () => {
    await page.getByRole('button', { name: 'End session' }).click();
    await page.getByRole('button', { name: 'End and delete' }).click();
    await expect(page.getByRole('heading', { name: /ended/i })).toBeVisible({ timeout: 10_000 });
    await expect
      .poll(() => server.log.some(({ event }) => event === 'session.released'), { timeout: 5_000 })
      .toBe(true);
  });

  expect(said).toEqual([]);
  expect(server.errors()).toEqual([]);
  expect(JSON.stringify(server.log)).not.toMatch(/eyJ[\w-]+\.|sk_test_|whsec_/); // [AUTH-5]
});

test('a declined card makes no session, and another card does', async ({ page }) => {
  await page.goto(server.url);
  await startCheckout(page);
  await fillCard(page, '4000000000000002');
  await expect(page.getByText(/declined/i).first()).toBeVisible();
  await fillCard(page);
  await page.waitForURL(/\/s\/ses_/, { timeout: 15_000 });
  await new RemoteScreen(page).shown();
});

test('[PAY-7] a stranger with the success address sees no session', async ({ browser, page }) => {
  await page.goto(server.url);
  await startCheckout(page);
  await page.waitForURL(/\/c\/pay\//);
  const checkoutSessionId = /cs_test_\w+/.exec(page.url())?.[0];
  await fillCard(page);
  await page.waitForURL(/\/s\/ses_/, { timeout: 15_000 });
  const stranger = await browser.newPage();
  await stranger.goto(`${server.url}/checkout/return?checkout_session_id=${checkoutSessionId}`);
  await expect(stranger.getByText(/another browser|different browser/i).first()).toBeVisible();
  await stranger.goto(page.url());
  await expect(stranger.getByRole('application')).toHaveCount(0);
  await stranger.close();
});

test('[PAY-6] the webhook is a minute late: the success page makes the session, usable within 5 s', async () => {
  await tellStripe(server, 'faults', { verb: 'delay', times: null, ms: 60_000 });
  const webhooks = () => server.log.filter(({ event }) => event === 'webhook.received').length;
  const before = webhooks();
  const begun = Date.now();
  const visitor = await buySession(server);
  await openControl(server, visitor); // live
  await openPicture(server, visitor);
  expect(Date.now() - begun).toBeLessThan(5_000);
  expect(webhooks()).toBe(before);
  expect(server.errors()).toEqual([]);
});
