import type { Page, Request } from 'playwright-core';
import { within } from './abortable.ts';

/** What makes an opening page give way is told just after. */
const OTHER_SOON_MS = 250;
const OTHER_ANSWERS_MS = 5_000;
/** A page that was cut off may still come, when the browser had not dropped it. */
const STILL_COMES_MS = 1_000;

/**
 * Opens `url` by `open`, again when a click before it leads elsewhere only now: who navigates last wins, as in
 * an address bar. Each try is an action of its own, because it may be a human who leads elsewhere. [AGT-4]
 * A download, or an empty answer, is asked for once.
 */
export async function openLast(
  { page, url, deadline }: { page: Page; url: string; deadline: number },
  open: () => Promise<unknown>,
): Promise<void> {
  for (;;) {
    const overtaking = watchOvertaking(page, url);
    try {
      await open();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      if (/interrupted by another navigation/.test(String(error))) {
        if (await stillComes(page, url)) return;
      } else {
        const other = /ERR_ABORTED/.test(String(error)) ? await overtaking.request() : null;
        if (!other) throw error;
        await within(OTHER_ANSWERS_MS, other.response(), null);
      }
    } finally {
      overtaking.stop();
    }
  }
}

/** Looks out for a navigation of the page that is not ours. */
function watchOvertaking(page: Page, url: string) {
  const other = Promise.withResolvers<Request>();
  const onRequest = (request: Request) => {
    const isOfPage = request.isNavigationRequest() && request.frame() === page.mainFrame();
    if (isOfPage && addressOf(origin(request).url()) !== addressOf(url)) other.resolve(request);
  };
  page.on('request', onRequest);
  return {
    request: () => within<Request | null>(OTHER_SOON_MS, other.promise, null),
    stop: () => page.off('request', onRequest),
  };
}

async function stillComes(page: Page, url: string): Promise<boolean> {
  const isThere = ({ href }: URL) => addressOf(href) === addressOf(url);
  return page
    .waitForURL(isThere, { waitUntil: 'domcontentloaded', timeout: STILL_COMES_MS })
    .then(() => true)
    .catch(() => false);
}

/** Where a chain of redirects began. */
function origin(request: Request): Request {
  const from = request.redirectedFrom();
  return from ? origin(from) : request;
}

/** Without its fragment, which no request has. */
const addressOf = (url: string) => new URL(url).href.split('#', 1)[0];
