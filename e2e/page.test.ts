import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { Browser } from '../server/testing/browser.ts';
import { type RunningServer, startServer } from '../server/testing/running-server.ts';
import { startTestPages, type TestPages } from '../server/testing/test-pages.ts';
import { buySession } from '../server/testing/visitor.ts';
import { listenToConsole } from './console.ts';
import { ControlTap } from './control-tap.ts';
import { expectAccessible, sidewaysPx, unreachableByTab, watchLayoutShift } from './page-checks.ts';
import { RemoteScreen } from './remote-screen.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** One server, one buyer and one session for the whole file, reached through a network that can break. */
let proxy: TcpProxy;
let pages: TestPages;
let server: RunningServer;
let buyer: BrowserContext;
let page: Page;
let said: string[];
let sessionUrl: string;
/** What a test provokes on purpose may be said on the console. */
let provoked: RegExp;

test.beforeAll(async ({ browser }) => {
  [proxy, pages] = await Promise.all([startTcpProxy(), startTestPages()]);
  server = await startServer({
    PUBLIC_URL: proxy.url,
    EGRESS_ALLOW_PRIVATE: pages.host,
    WARM_DESKTOPS: '0',
    MAX_SESSIONS: '4',
  });
  proxy.forwardTo(server.url);
  buyer = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  said = listenToConsole(buyer);
  const visitor = await buySession({ ...server, url: proxy.url });
  await buyer.addCookies(
    [...visitor.browser.cookies].map(([name, value]) => ({ name, value, url: proxy.url })),
  );
  sessionUrl = `${proxy.url}/s/${visitor.sessionId}`;
});
test.afterAll(async () => {
  await buyer?.close();
  await server?.stop();
  await proxy?.stop();
  await pages?.stop();
});
test.beforeEach(async () => {
  provoked = /^$/;
  page = await buyer.newPage();
});
test.afterEach(async () => {
  await page.close();
  expect(said.splice(0).filter((line) => !provoked.test(line))).toEqual([]); // [UI-5]
  expect(server.errors().filter(({ msg }) => !provoked.test(String(msg)))).toEqual([]);
});

async function openLive(): Promise<RemoteScreen> {
  await page.goto(sessionUrl);
  const screen = new RemoteScreen(page);
  await screen.shown();
  await expect(page.getByText('Connected', { exact: true })).toBeVisible();
  return screen;
}

test('[UI-2] waiting for payment, a stranger and live each have their words', async ({ browser }) => {
  const other = await browser.newContext();
  page = await other.newPage();
  await page.goto(proxy.url);
  await page.getByRole('button', { name: 'Start for $1' }).click();
  await page.waitForURL(/\/c\/pay\//);
  const checkoutSessionId = /cs_test_\w+/.exec(page.url())?.[0] as string;
  const returnUrl = `${proxy.url}/checkout/return?checkout_session_id=${checkoutSessionId}`;

  await page.goto(returnUrl);
  await expect(page.getByRole('heading', { name: 'Confirming your payment…' })).toBeVisible();
  await expect(page.getByText(/takes a few seconds/)).toBeVisible();

  const stranger = await browser.newPage();
  await stranger.goto(returnUrl);
  await expect(stranger.getByRole('heading', { name: /belongs to another browser/ })).toBeVisible();
  await expect(stranger.getByText(/Open this address there/)).toBeVisible();
  await stranger.close();

  await fetch(`${server.sandboxUrl}/_sandbox/pay/${checkoutSessionId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  await page.waitForURL(/\/s\/ses_/);
  await new RemoteScreen(page).shown();
  await expect(page.getByText('TEST PAYMENTS')).toBeVisible();
  await other.close();
});

for (const { width, height } of [
  { width: 390, height: 844 },
  { width: 1440, height: 900 },
]) {
  test(`[UI-1] landing and live page fit ${width} px and do not jump`, async () => {
    await page.setViewportSize({ width, height });
    const shifted = await watchLayoutShift(page);
    await page.goto(proxy.url);
    await expect(page.getByText('TEST PAYMENTS')).toBeVisible();
    expect(await sidewaysPx(page)).toBeLessThanOrEqual(0);
    expect(await shifted()).toBeLessThan(0.05);

    await openLive();
    await expect(page.getByText(/No tasks yet/)).toBeVisible();
    await page.getByLabel('What to do').selectOption('extract');
    expect(await sidewaysPx(page)).toBeLessThanOrEqual(0);
    expect(await shifted()).toBeLessThan(0.05);
    await expect(page.getByRole('button', { name: /Take control|Give to agent/ })).toBeInViewport();
  });
}

test('[UI-4] landing: axe finds nothing, and the keyboard reaches everything', async () => {
  await page.goto(proxy.url);
  await expect(page.getByText('TEST PAYMENTS')).toBeVisible();
  await expectAccessible(page);
  expect(await unreachableByTab(page)).toEqual([]);
});

test('[UI-4] live page: axe finds nothing, and the keyboard gets into the remote screen and out again', async () => {
  const screen = await openLive();
  await page.getByRole('button', { name: 'Read a page' }).click();
  await expectAccessible(page);
  expect(await unreachableByTab(page)).toEqual([]);

  await page.getByRole('application', { name: 'Remote screen' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Your keys go to the remote browser.')).toBeVisible();
  await screen.press('Control+l');
  await screen.type(`${pages.url}/colour?c=1133aa`);
  await screen.press('Enter');
  await expect.poll(() => screen.colourAt(640, 400), { timeout: 10_000 }).toBe('1133aa');
  await page.keyboard.press('Tab');
  await expect(page.locator('[role=application] canvas')).toBeFocused();
  await page.keyboard.press('Shift+F6');
  await expect(page.getByRole('toolbar').getByRole('button').first()).toBeFocused();
});

test('[UI-2] a draft with a mistake says which step and what to do, before it is sent', async () => {
  await openLive();
  await page.getByLabel('What to do').selectOption('navigate');
  await page.getByLabel('Address').fill('example.com');
  await page.getByRole('button', { name: 'Add step' }).click();
  await expect(
    page.getByText(/Step 1 \(navigate\) 'example\.com' is no URL; write it in full/),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Remove step 1' }).click();
  await page.getByLabel('Address').fill(`${pages.url}/form`);
  await page.keyboard.press('Enter');
  await page.getByLabel('What to do').selectOption('extract');
  await page.getByLabel('Which one').fill('[data-testid=total]');
  await page.getByLabel('Save as').fill('total');
  await page.getByRole('button', { name: 'Add step' }).click();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const task = page.getByRole('listitem').filter({ hasText: '2 of 2 steps' });
  await expect(task).toContainText('42 dollars', { timeout: 15_000 });
});

async function run(steps: unknown[]): Promise<void> {
  await page.getByLabel('Steps for the agent, as JSON').fill(JSON.stringify({ name: 'Mine', steps }));
  await page.getByRole('button', { name: 'Run', exact: true }).click();
}

test('[AGT-2] a task asks its owner, hands over the browser, and keeps what it downloads', async () => {
  await openLive();
  const as = 'report';
  await run([
    { navigate: `${pages.url}/form` },
    { askHuman: { instructions: 'Which size shall it be?' } },
    { select: { label: 'Size', option: '{{answer}}' } },
    { extract: { label: 'Size', as: 'size' } },
    { navigate: `${pages.url}/reports` },
    { download: { text: 'Report', as } },
  ]);
  const card = page.getByRole('region', { name: 'The agent asks you' });
  await expect(card).toContainText('Which size shall it be?', { timeout: 15_000 });
  await expect(page.getByText('You have control')).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await sidewaysPx(page)).toBeLessThanOrEqual(0);
  await card.getByLabel('Answer').fill('Large');
  await card.getByRole('button', { name: 'Done, go on' }).click();
  await expect(card).toBeHidden();
  const task = page.getByRole('listitem').filter({ hasText: '6 of 6 steps' });
  await expect(task).toContainText('Large', { timeout: 20_000 });
  await expect(task).toContainText('report.csv');
});

test('[AGT-4] whoever watches sees what the agent is at and where it points', async () => {
  const screen = await openLive();
  const point = [{ hover: { role: 'button', name: 'Send order' } }, { waitFor: { seconds: 0.4 } }];
  await run([{ navigate: `${pages.url}/form` }, { repeat: { max: 12, steps: point } }]);
  await expect.poll(() => screen.orangePixels(), { timeout: 15_000, intervals: [50] }).toBeGreaterThan(60);
  await page.getByRole('button', { name: 'Stop Mine' }).click();
  await expect.poll(() => screen.orangePixels(), { timeout: 5_000 }).toBe(0);
});

test('[AGT-4] a task is paused, resumed and stopped on the page', async () => {
  await openLive();
  await run([{ navigate: `${pages.url}/form` }, { waitFor: { text: 'Never there', seconds: 120 } }]);
  await page.getByRole('button', { name: 'Pause Mine' }).click({ timeout: 15_000 });
  await expect(page.getByText('You have control')).toBeVisible();
  await page.getByRole('button', { name: 'Resume Mine' }).click();
  await expect(page.getByText('Agent has control')).toBeVisible();
  await page.getByRole('button', { name: 'Stop Mine' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Never there' }).first()).toContainText(
    'Cancelled',
  );
});

test('[UI-2] a desktop that starts, restarts or fails has its words over the picture', async () => {
  const tap = await ControlTap.install(page);
  const screen = await openLive();
  const snapshot = await tap.snapshot();
  for (const [status, words] of [
    ['starting', 'Your browser is starting'],
    ['restarting', 'The browser stopped and is being restarted'],
    ['failed', 'your payment is refunded automatically'],
  ] as const) {
    await tap.deliver({ ...snapshot, session: { ...(snapshot.session as object), desktop: { status } } });
    await expect(page.getByText(words)).toBeVisible();
  }
  await tap.deliver(snapshot);
  await screen.shown();
  await expect(page.getByText('your payment is refunded automatically')).toBeHidden();
});

test('[UI-3] a crash in the task panel leaves the picture running', async () => {
  provoked = /TypeError|error occurred|null/i;
  const tap = await ControlTap.install(page);
  const screen = await openLive();
  const snapshot = await tap.snapshot();
  await tap.deliver({ ...snapshot, tasks: [{ id: 'tsk_bad', name: 'Bad', status: 'running', steps: null }] });
  await expect(page.getByText('The task panel stopped because of an error in this page.')).toBeVisible();
  await screen.goTo(`${pages.url}/colour?c=22aa55`);
  await expect.poll(() => screen.colourAt(640, 400), { timeout: 10_000 }).toBe('22aa55');
  await expect(page.getByRole('button', { name: 'End session' })).toBeEnabled();
  await tap.deliver(snapshot);
  await page.getByRole('button', { name: 'Show it again' }).click();
  await expect(page.getByLabel('Steps for the agent')).toBeVisible();
});

test('[VNC-4] a cut stream says so over the dimmed last picture, and is back ≤ 1 s after the network', async () => {
  provoked = /WebSocket|ERR_/;
  const screen = await openLive();
  await screen.goTo(`${pages.url}/colour?c=cc8811`);
  await expect.poll(() => screen.colourAt(640, 400), { timeout: 10_000 }).toBe('cc8811');

  proxy.block('/vnc');
  await buyer.setOffline(true);
  expect(proxy.cut('/vnc')).toBeGreaterThan(0);
  await expect(page.getByText('You are offline')).toBeVisible();
  await expect(page.getByText('Offline', { exact: true })).toBeVisible();
  const last = page.getByTestId('last-frame');
  await expect(last).toBeVisible();
  const kept = await last.evaluate((canvas) => {
    const context = (canvas as HTMLCanvasElement).getContext('2d');
    return [...(context?.getImageData(640, 400, 1, 1).data ?? [])];
  });
  expect(kept).toEqual([0xcc, 0x88, 0x11, 0xff]);

  proxy.heal();
  const healedAt = Date.now();
  await buyer.setOffline(false);
  await expect(last).toBeHidden({ timeout: 5_000 });
  expect(Date.now() - healedAt).toBeLessThan(1_000);
  await expect.poll(() => screen.colourAt(640, 400)).toBe('cc8811');
});

test('[RT-2] the link backs off while it is refused, says so, and comes back at once when online', async () => {
  provoked = /WebSocket|ERR_/;
  await page.addInitScript(() => {
    Math.random = () => 0.98; // the top of each window of full jitter
  });
  await openLive();
  proxy.block('/ws');
  expect(proxy.cut('/ws')).toBe(1);
  await expect(page.getByText('Reconnecting', { exact: true })).toBeVisible();
  await expect.poll(() => proxy.refusedAt.length, { timeout: 25_000 }).toBe(3);
  const gaps = proxy.refusedAt.map((at, index) => at - (proxy.refusedAt[index - 1] ?? at)).slice(1);
  // Who refuses one refuses all: from the second time on the crowd is spread over 8 s.
  for (const gap of gaps) expect(gap).toBeGreaterThan(7_000);
  proxy.heal();
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect(page.getByText('Connected', { exact: true })).toBeVisible({ timeout: 2_000 });
});

test('[RT-7] each terminal close code has its sentence and is never retried', async () => {
  provoked = /Disconnection timed out/; // of noVNC, whose time this clock jumps over
  await page.clock.install();
  const tap = await ControlTap.install(page);
  const screen = await openLive();
  for (const [code, sentence] of [
    [4409, /opened in another tab or on another device/],
    [1008, /because of something that this page sent/],
    [4403, 'Access was withdrawn.'],
    [4410, 'This session has ended.'],
  ] as const) {
    const opened = await tap.opened();
    await tap.close(code);
    await expect(page.getByText(sentence)).toBeVisible();
    await page.clock.fastForward(120_000);
    expect(await tap.opened(), `sockets after ${code}`).toBe(opened);
    await expect(page.getByText(sentence)).toBeVisible();
    if (code === 4410) break;
    const goOn = page.getByRole('button', { name: 'Go on here' });
    await ((await goOn.isVisible()) ? goOn.click() : page.reload());
    await expect(page.getByText('Connected', { exact: true })).toBeVisible();
    await screen.shown();
  }
});

test('[UI-6] the entry is never stored, its assets for ever, under names that change with them', async ({
  request,
}) => {
  for (const path of ['/', new URL(sessionUrl).pathname, '/checkout/return']) {
    expect((await request.get(proxy.url + path)).headers()['cache-control']).toBe('no-store');
  }
  const entry = await (await request.get(proxy.url)).text();
  const assets = [...entry.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path as string);
  expect(assets.length).toBeGreaterThan(1);
  for (const path of assets) {
    expect(path).toMatch(/-[\w-]{8}\.(js|css)$/);
    expect((await request.get(proxy.url + path)).headers()['cache-control']).toMatch(
      /max-age=31536000.*immutable/,
    );
  }
});

test('[UI-6] a page of an older release moves to the new one once, and keeps draft and sign-in', async () => {
  await page.clock.install();
  await ControlTap.install(page, 'a-newer-build');
  let loads = 0;
  page.on('load', () => {
    loads += 1;
  });
  await openLive();
  const draft = page.getByLabel('Steps for the agent');
  await draft.fill('{"steps": [{"press": "F5"}]}');
  await page.clock.fastForward(60_000);
  expect(loads).toBe(1); // not under somebody's hands
  await draft.blur();
  await page.clock.fastForward(10_000);
  await expect.poll(() => loads).toBe(2);
  await new RemoteScreen(page).shown();
  await expect(draft).toHaveValue('{"steps": [{"press": "F5"}]}');
  await expect(page.getByText('Connected', { exact: true })).toBeVisible();
  await page.clock.fastForward(60_000);
  await expect(draft).toBeVisible();
  expect(loads).toBe(2);
});

test('[UI-2] [SES-9] the ended page says why, and what is left of processes and files', async () => {
  await openLive();
  await page.getByRole('button', { name: 'End session' }).click();
  await page.getByRole('button', { name: 'End and delete' }).click();
  await expect(page.getByRole('heading', { name: 'You ended this session.' })).toBeVisible();
  const row = (name: string) => page.locator('dl > div').filter({ hasText: name });
  await expect(row('Processes')).toHaveText('Processes0'); // [SES-9]
  await expect(row('Files: profile')).toHaveText(/0$/);
  await expect(row('Paid')).toContainText('$1');
  await expect(page.getByRole('link', { name: 'Start another' })).toBeVisible();
  await expectAccessible(page);
});

test('[UI-2] sold out is said before anybody pays', async () => {
  provoked = /Every browser is taken/;
  await expect(async () => {
    const visitor = new Browser(proxy.url);
    await visitor.get('/');
    expect((await visitor.post('/api/checkout')).status).toBe(503);
  }).toPass({ timeout: 10_000, intervals: [0] });
  await page.goto(proxy.url);
  await expect(page.getByRole('button', { name: 'Sold out for now' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await expect(page.getByText(/Nothing was charged/)).toBeVisible();
});
