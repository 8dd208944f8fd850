import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { type RunningServer, startServer } from '../server/testing/running-server.ts';
import { startTestPages, type TestPages } from '../server/testing/test-pages.ts';
import { buyInPage } from './buyer-page.ts';
import { listenToConsole } from './console.ts';
import { expectAccessible, sidewaysPx } from './page-checks.ts';
import { RemoteScreen } from './remote-screen.ts';

const run = promisify(execFile);
let server: RunningServer;
let pages: TestPages;

test.beforeAll(async () => {
  pages = await startTestPages();
  server = await startServer({ EGRESS_ALLOW_PRIVATE: pages.host });
});
test.afterAll(async () => {
  await server?.stop();
  await pages?.stop();
});

test('[AGT-8] an owner connects an agent by what the page gives, watches it, takes over, and takes it back', async ({
  context,
  page,
}) => {
  const said = listenToConsole(context);
  await buyInPage(page, server);
  const screen = new RemoteScreen(page);
  await screen.shown();
  await page.getByRole('button', { name: 'Connect your own agent' }).click();
  const dialog = page.getByRole('dialog', { name: 'Connect your own agent' });
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await sidewaysPx(page)).toBe(0);
  await page.setViewportSize({ width: 1440, height: 900 });

  await dialog.getByText('Playwright', { exact: true }).click();
  await expect(dialog.getByLabel('Drive the browser itself')).toBeChecked();
  await dialog.getByRole('button', { name: 'Make a token' }).click();
  const code = dialog.getByLabel('For Playwright');
  await expect(code).toHaveValue(/oda_[\w-]{43}/);
  const text = (await code.inputValue()).replace('https://example.com', `${pages.url}/form`);
  const program = () =>
    run(process.execPath, ['--input-type=module', '-e', text], { timeout: 20_000 }).then(
      ({ stdout }) => stdout.trim(),
      (error: Error & { stderr: string }) => error.stderr,
    );
  expect(await program()).toBe('Order form');
  await dialog.getByRole('button', { name: 'Close' }).click();
  const task = page.getByRole('listitem').filter({ hasText: 'Drive the browser over CDP' }).first();
  await expect(task).toContainText('Playwright');

  await screen.click(640, 600); // a human's click
  await expect.poll(program).toContain('A human has control of this browser');

  await page.getByRole('button', { name: 'Connect your own agent' }).click();
  await dialog.getByRole('button', { name: /^Revoke Playwright/ }).click();
  await expect(dialog.getByRole('button', { name: /^Revoke/ })).toHaveCount(0);
  expect(await program()).toContain('401');
  expect(said).toEqual([]);
  expect(server.errors()).toEqual([]);
});
