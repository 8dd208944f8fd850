import type { Page } from '@playwright/test';

export async function startCheckout(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /start for \$1/i })
    .first()
    .click();
}

export async function fillCard(page: Page, card = '4242424242424242'): Promise<void> {
  await page.getByLabel('Email').fill('buyer@example.com');
  await page.getByLabel('Card number').fill(card);
  await page.getByLabel('Expiration').fill('12/34');
  await page.getByLabel('CVC').fill('123');
  await page.getByLabel('Name on card').fill('A Buyer');
  await page.getByRole('button', { name: /^Pay/ }).click();
}
