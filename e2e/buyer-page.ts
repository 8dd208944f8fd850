import { expect, type Page } from '@playwright/test';
import type { RunningServer } from '../server/testing/running-server.ts';

/** Pays on the real pages and ends on the live one. */
export async function buyInPage(page: Page, server: RunningServer): Promise<string> {
  await page.goto(server.url);
  await page
    .getByRole('button', { name: /start for \$1/i })
    .first()
    .click();
  await page.getByLabel('Email').fill('buyer@example.com');
  await page.getByLabel('Card number').fill('4242424242424242');
  await page.getByLabel('Expiration').fill('12/34');
  await page.getByLabel('CVC').fill('123');
  await page.getByLabel('Name on card').fill('A Buyer');
  await page.getByRole('button', { name: /^Pay/ }).click();
  await page.waitForURL(/\/s\/ses_/, { timeout: 15_000 });
  await connected(page);
  return page.url();
}

export async function connected(page: Page, timeout = 10_000): Promise<void> {
  await expect(page.getByText('Connected', { exact: true })).toBeVisible({ timeout });
}

/** Makes a recovery link as a person does, and reads it off the page. */
export async function makeRecoveryLink(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Devices' }).click();
  await page.getByRole('button', { name: 'Make a link' }).click();
  const link = await page.getByLabel('Link for the other device').inputValue();
  await page.keyboard.press('Escape');
  return link;
}

/** Follows a recovery link; nothing may still move the button under the pointer. */
export async function continueHere(page: Page, link: string): Promise<void> {
  await page.goto(link, { waitUntil: 'networkidle' });
  await page.getByRole('button', { name: 'Continue here' }).click();
}
