import type { Frame, Page, Request } from 'playwright-core';
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
  let loading: Promise<Page> | null = null;
  const opened = Promise.withResolvers<Page>();
  const onRequest = (request: Request) => {
    if (!request.isNavigationRequest()) return;
    const frame = frameOf(request);
    // A tab is told of only when its page answers.
    if (!frame) loading = opened.promise;
    else if (frame === page.mainFrame()) loading = Promise.resolve(page);
  };
  const onPage = (tab: Page) => {
    opened.resolve(tab);
    loading = opened.promise;
  };
  const browser = page.context();
  browser.on('request', onRequest);
  browser.on('page', onPage);
  try {
    const result = await action();
    await within(BUSY_PAGE_MS, turn(page), undefined);
    await pause(REACTION_MS, context.signal);
    const opening = (loading as Promise<Page> | null) ?? Promise.resolve(null);
    const next = await until(context.signal, within<Page | null>(LOADING_MS, opening, null));
    if (next) {
      // A download or an empty answer never becomes a document: that is no failure of the step.
      const loaded = next
        .waitForLoadState('domcontentloaded', { timeout: LOADING_MS })
        .catch(() => undefined);
      await until(context.signal, loaded);
    }
    return result;
  } finally {
    browser.off('request', onRequest);
    browser.off('page', onPage);
  }
}

/** Null for a tab that is only being opened. */
function frameOf(request: Request): Frame | null {
  try {
    return request.frame();
  } catch {
    return null;
  }
}

/** Resolves when the page has done what the action put in its queue; on a busy machine that takes a while. */
const turn = (page: Page) =>
  page.evaluate(() => new Promise<void>((resolve) => setTimeout(resolve))).catch(() => undefined);
