import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Before the page is opened: adds up what moves without anybody having touched it. */
export async function watchLayoutShift(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    Object.assign(window, { layoutShift: 0 });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & Record<string, unknown>)[]) {
        if (!entry.hadRecentInput)
          (window as unknown as { layoutShift: number }).layoutShift += Number(entry.value);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return () => page.evaluate(() => (window as unknown as { layoutShift: number }).layoutShift);
}

export function sidewaysPx(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** axe, in light and in dark. [UI-4] */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.evaluate(transitionsDone);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    expect(found, `axe in ${colorScheme}`).toEqual([]);
  }
}

/** Runs in the page: half-way from one colour to another nothing has its contrast. */
async function transitionsDone(): Promise<void> {
  const ending = document
    .getAnimations()
    .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
  await Promise.allSettled(ending.map(({ finished }) => finished));
}

const CONTROLS = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';

/** Presses Tab all the way round and returns what it never reached. */
export async function unreachableByTab(page: Page): Promise<string[]> {
  await page.evaluate((controls) => {
    (document.activeElement as HTMLElement | null)?.blur();
    for (const element of document.querySelectorAll<HTMLElement>(controls)) {
      if (element.checkVisibility() && !element.matches(':disabled')) element.dataset.unreached = '';
    }
    document.addEventListener('focusin', ({ target }) => {
      if (target instanceof HTMLElement) delete target.dataset.unreached;
    });
  }, CONTROLS);
  const count = await page.locator('[data-unreached]').count();
  expect(count).toBeGreaterThan(3);
  for (let pressed = 0; pressed < count + 3; pressed++) await page.keyboard.press('Tab');
  return page
    .locator('[data-unreached]')
    .evaluateAll((elements) => elements.map((element) => element.outerHTML.slice(0, 120)));
}
