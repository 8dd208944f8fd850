import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { hashPassword } from '../server/admin/password.ts';
import { type RunningServer, startServer } from '../server/testing/running-server.ts';
import { buyInPage, connected, continueHere, makeRecoveryLink } from './buyer-page.ts';
import { RemoteScreen } from './remote-screen.ts';
import { withDatabase } from './server-database.ts';

const password = 'correct horse battery staple';
let server: RunningServer;

test.beforeAll(async () => {
  server = await startServer({ ADMIN_PASSWORD_HASH: await hashPassword(password) });
});
test.afterAll(() => server?.stop());

/** Everything that a page's console says and should not. [UI-5] */
function listenToConsole(context: BrowserContext): string[] {
  const said: string[] = [];
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) said.push(`${message.type()}: ${message.text()}`);
  });
  context.on('weberror', (error) => said.push(`uncaught: ${error.error().message}`));
  return said;
}

/** What ten minutes change for a browser without an open tab: the grace of its last rotation is long over. */
const agedByTenMinutes = () =>
  withDatabase(server, (query) =>
    query(`UPDATE refresh_tokens SET rotated_at = rotated_at - interval '10 minutes'`),
  );

async function endSession(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'End session' }).click();
  await page.getByRole('button', { name: 'End and delete' }).click();
  await expect(page.getByRole('heading', { name: 'You ended this session.' })).toBeVisible();
}

test('[AUTH-9] twenty reloads, a pause, more tabs: the same session, still signed in', async ({
  context,
  page,
}) => {
  const said = listenToConsole(context);
  const url = await buyInPage(page, server);

  await test.step('twenty quick reloads, each connected within 3 s', async () => {
    const tookMs: number[] = [];
    for (let reload = 0; reload < 20; reload++) {
      const begun = Date.now();
      await page.reload({ waitUntil: 'commit' });
      await connected(page, 3_000);
      tookMs.push(Date.now() - begun);
    }
    test.info().annotations.push({ type: 'slowest reload', description: `${Math.max(...tookMs)} ms` });
    expect(Math.max(...tookMs)).toBeLessThan(3_000);
    await new RemoteScreen(page).shown();
  });

  await test.step('reloads that cut each refresh short', async () => {
    for (let reload = 0; reload < 5; reload++) {
      const asked = page.waitForRequest(/auth\/refresh/);
      await page.reload({ waitUntil: 'commit' });
      await asked;
    }
    await connected(page);
  });

  await test.step('the answer to a refresh is lost, and the cookie in hand is too old ten minutes later', async () => {
    const cookies = await context.cookies();
    await page.reload();
    await connected(page);
    await context.clearCookies();
    await context.addCookies(cookies);
    await agedByTenMinutes();
    await page.reload();
    await connected(page);
    expect(said.splice(0)).toEqual([expect.stringContaining('401')]);
  });

  await test.step('the tab is closed for ten minutes', async () => {
    await page.close();
    await agedByTenMinutes();
    const again = await context.newPage();
    const begun = Date.now();
    await again.goto(url);
    await connected(again, 3_000);
    expect(Date.now() - begun).toBeLessThan(3_000);
  });

  await test.step('[AUTH-2] five tabs that reload at once; signing out in one tells the others', async () => {
    const second = await context.newPage();
    for (let tab = 2; tab < 5; tab++) await context.newPage();
    await Promise.all(context.pages().map((tab) => tab.goto(url)));
    await Promise.all(context.pages().map((tab) => connected(tab)));
    expect(context.pages()).toHaveLength(5);
    await second.getByRole('button', { name: 'Devices' }).click();
    await second.getByRole('button', { name: 'Sign out here' }).click();
    for (const tab of context.pages()) {
      await expect(tab.getByRole('heading', { name: /not signed in/i })).toBeVisible({ timeout: 2_000 });
    }
    expect(await context.cookies()).toEqual([]);
  });
  expect(said).toEqual([]);
  expect(server.errors()).toEqual([]);
});

test('[AUTH-10] a recovery link opens the session on another device, once', async ({ browser, page }) => {
  const url = await buyInPage(page, server);
  const link = await makeRecoveryLink(page);

  const device = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const said = listenToConsole(device);
  const phone = await device.newPage();
  await phone.goto(link);
  await expect(phone).toHaveURL(`${server.url}/recover`); // the secret has left the address bar
  await continueHere(phone, link);
  await phone.waitForURL(url);
  await new RemoteScreen(phone).shown();
  await connected(page);
  expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expect(said).toEqual([]);

  const thief = await browser.newContext();
  const late = await thief.newPage();
  await continueHere(late, link);
  await expect(late.getByRole('heading', { name: 'This link does not work any more.' })).toBeVisible();
  await late.goto(`${server.url}/recover`);
  await expect(late.getByRole('heading', { name: 'This link is incomplete.' })).toBeVisible();

  await endSession(phone);
  await expect(page.getByRole('heading', { name: 'You ended this session.' })).toBeVisible();
  await device.close();
  await thief.close();
});

test('[AUTH-10] the operator signs in, sees the session and ends it', async ({ browser, page }) => {
  const url = await buyInPage(page, server);
  const sessionId = url.split('/').at(-1) ?? '';
  const office = await browser.newContext();
  const said = listenToConsole(office);
  const admin = await office.newPage();
  await admin.goto(`${server.url}/admin`);
  await admin.getByLabel('Password').fill(password);
  await admin.getByRole('button', { name: 'Sign in' }).click();
  const row = admin.getByRole('row').filter({ hasText: sessionId });
  await expect(row).toContainText('live');
  await admin.getByRole('button', { name: `Revoke ${sessionId}` }).click();
  await admin.getByRole('button', { name: 'Revoke', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'The operator ended this session.' })).toBeVisible();
  await expect(row).toContainText('ended, by the operator', { timeout: 10_000 });
  await admin.getByRole('button', { name: 'Sign out' }).click();
  await expect(admin.getByLabel('Password')).toBeVisible();
  expect(said).toEqual([]);
  await office.close();
});

test('[RT-9] a guest watches the picture until the owner takes the link back', async ({ browser, page }) => {
  await buyInPage(page, server);
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByRole('button', { name: 'Make a link' }).click();
  const link = await page.getByLabel('Link for watching').inputValue();

  const guest = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const said = listenToConsole(guest);
  const there = await guest.newPage();
  await there.goto(link);
  const picture = there.getByRole('img', { name: /you can watch, and not act/i });
  await expect(picture.locator('canvas')).toBeVisible();
  await there.reload();
  await expect(picture.locator('canvas')).toBeVisible();
  await expect(there.getByRole('button', { name: 'End session' })).toHaveCount(0);
  expect(await guest.cookies()).toEqual([]);

  await page.getByRole('button', { name: /^Take back/ }).click();
  await expect(there.getByRole('heading', { name: /shows nothing any more/ })).toBeVisible({
    timeout: 5_000,
  });
  await connected(page);
  expect(said).toEqual([]);
  expect(server.errors()).toEqual([]);
  await guest.close();
});
