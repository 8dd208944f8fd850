import type { Page, Request } from 'playwright-core';
import { pause, until, within } from './abortable.ts';
import type { ToolContext } from './tool-context.ts';

const REACTION_MS = 80;
const BUSY_PAGE_MS = 500;
const LOADING_MS = 10_000;

/**
 * Does `action` and lets the page react: a new document or tab that it opens is waited for, so that the next
 * step does not look at the old page.
 */
export async function settled<T>(context: ToolContext, page: Page, action: () => Promise<T>): Promise<T> {
  let loading: Page | null = null;
  const onRequest = (request: Request) => {
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) loading = page;
  };
  const onPage = (opened: Page) => {
    loading = opened;
  };
  page.on('request', onRequest);
  page.context().on('page', onPage);
  try {
    const result = await action();
    await within(BUSY_PAGE_MS, turn(page), undefined);
    await pause(REACTION_MS, context.signal);
    const next = loading as Page | null;
    if (next) {
      // A download or an empty answer never becomes a document: that is no failure of the step.
      const loaded = next
        .waitForLoadState('domcontentloaded', { timeout: LOADING_MS })
        .catch(() => undefined);
      await until(context.signal, loaded);
    }
    return result;
  } finally {
    page.off('request', onRequest);
    page.context().off('page', onPage);
  }
}

/** Resolves when the page has done what the action put in its queue; on a busy machine that takes a while. */
const turn = (page: Page) =>
  page.evaluate(() => new Promise<void>((resolve) => setTimeout(resolve))).catch(() => undefined);
