import type { Frame, Page } from 'playwright-core';
import { until, within } from '../abortable.ts';
import type { Tab } from '../agent-browser.ts';
import { readFrameApart } from '../isolated-world.ts';
import { StepFailed } from '../step-error.ts';

const MAX_PDF_BYTES = 20 * 1024 * 1024;
const LOOK_MS = 1_000;

/** Chromium's own viewer: the browser's buttons, and no page to work in. [AGT-9] */
const VIEWER = 'chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/';

/** The frames that belong to a site: not those of the viewer, nor what it holds. */
export function webFrames(page: Page): Frame[] {
  return page.frames().filter((frame) => !isInViewer(frame));
}

function isInViewer(frame: Frame | null): boolean {
  return frame !== null && (frame.url().startsWith(VIEWER) || isInViewer(frame.parentFrame()));
}

/** The tab shows a PDF and nothing else; a PDF inside of a page is a part of that page. */
export async function showsPdf({ page }: Tab): Promise<boolean> {
  const contentType = readFrameApart(page.mainFrame(), () => document.contentType, null);
  // A document that gives way to the next one, or is busy, shows nothing yet.
  return (await within(LOOK_MS, contentType, '').catch(() => '')) === 'application/pdf';
}

export function pdfShown({ page }: Tab): StepFailed {
  return new StepFailed(
    'pdf-shown',
    `The tab shows a PDF, in which nothing can be pressed or filled. Read it with "snapshot", or go "back" or elsewhere. Page: ${page.url()}`,
  );
}

/** The file that the tab shows, from the browser's cache if it is there. @throws {StepFailed} */
export async function pdfBytes({ page }: Tab, signal: AbortSignal): Promise<Buffer> {
  const read = await until(signal, readFrameApart(page.mainFrame(), fetchShown, MAX_PDF_BYTES)).catch(
    (error: unknown) => {
      signal.throwIfAborted();
      throw new StepFailed('pdf-unreadable', `The PDF could not be fetched again. Page: ${page.url()}`, {
        cause: error,
      });
    },
  );
  if (read !== null) return Buffer.from(read, 'base64');
  const limit = MAX_PDF_BYTES / 1024 / 1024;
  throw new StepFailed('pdf-unreadable', `The PDF is larger than ${limit} MB. Page: ${page.url()}`);
}

/** Runs in the page, apart from its scripts: must not use anything from outside its body. */
async function fetchShown(maxBytes: number): Promise<string | null> {
  const response = await fetch(location.href, { cache: 'force-cache', credentials: 'include' });
  const blob = await response.blob();
  if (blob.size > maxBytes) return null;
  const reader = new FileReader();
  return new Promise((resolve, reject) => {
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
