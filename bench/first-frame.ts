import { setTimeout as delay } from 'node:timers/promises';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { RunningServer } from '../server/testing/running-server.ts';

const FIRST_FRAME_TIMEOUT_MS = 20_000;

/** The visitor's own browser, a test tool: the product's always keeps its sandbox. */
export async function startVisitorBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
}

export interface FirstFrame {
  /** From Stripe's redirect to the first picture. */
  firstFrameMs: number;
  /** When each of the page's own calls was answered, by the same clock. */
  stagesMs: Record<string, number>;
}

/** A visitor who pays on the sandbox's page and sees a first frame; `then` runs while it is live. [PERF-4] */
export async function buyAndWatch(
  browser: Browser,
  server: RunningServer,
  then: (page: Page) => Promise<void> = async () => {},
): Promise<FirstFrame> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await watchedPage(context);
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
    const firstFrame = await firstFrameOf(page);
    await then(page);
    await endSession(page, server);
    return firstFrame;
  } finally {
    await context.close();
  }
}

/** Reloads of a live page, each to its first picture, in milliseconds. [PERF-5] */
export async function measureReloads(page: Page, times: number): Promise<number[]> {
  const measured: number[] = [];
  for (let time = 0; time < times; time++) {
    await delay(300);
    await page.reload();
    measured.push((await firstFrameOf(page)).firstFrameMs);
  }
  return measured;
}

async function endSession(page: Page, server: RunningServer): Promise<void> {
  const releases = () => server.log.filter(({ event }) => event === 'session.released').length;
  const before = releases();
  await page.getByRole('button', { name: 'End session' }).click();
  await page.getByRole('button', { name: 'End and delete' }).click();
  const deadline = performance.now() + FIRST_FRAME_TIMEOUT_MS;
  while (releases() === before) {
    if (performance.now() > deadline) throw new Error('the session was not released');
    await delay(50);
  }
}

async function watchedPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript(noteFirstFrame);
  return page;
}

/** In the page: notes when the picture first shows more than one plain colour, looked for in every frame. */
function noteFirstFrame(): void {
  const state = window as unknown as { firstFrameAtMs?: number };
  // A small copy: reading the viewer's own canvas would slow it down.
  const copy = Object.assign(document.createElement('canvas'), { width: 64, height: 36 });
  const context = copy.getContext('2d', { willReadFrequently: true });
  const look = () => {
    const canvas = document.querySelector<HTMLCanvasElement>('[role=application] canvas');
    if (context && canvas && canvas.width > 0) {
      context.drawImage(canvas, 0, 0, 64, 36);
      const colours = new Set(new Uint32Array(context.getImageData(0, 0, 64, 36).data.buffer));
      if (colours.size > 2) {
        state.firstFrameAtMs = performance.now();
        return;
      }
    }
    requestAnimationFrame(look);
  };
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', look, { once: true });
  else look();
}

async function firstFrameOf(page: Page): Promise<FirstFrame> {
  await page.waitForURL(/\/s\/ses_/, { timeout: FIRST_FRAME_TIMEOUT_MS, waitUntil: 'commit' });
  await page.waitForFunction(() => 'firstFrameAtMs' in window, null, { timeout: FIRST_FRAME_TIMEOUT_MS });
  return page.evaluate(() => {
    const { firstFrameAtMs } = window as unknown as { firstFrameAtMs: number };
    const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    // Stripe's redirect has come when the page itself begins to be fetched.
    const redirectedAtMs = navigation?.fetchStart ?? 0;
    const stages: [string, number][] = performance
      .getEntriesByType('resource')
      .map((entry) => [new URL(entry.name).pathname, (entry as PerformanceResourceTiming).responseEnd]);
    return {
      firstFrameMs: firstFrameAtMs - redirectedAtMs,
      stagesMs: Object.fromEntries(stages.map(([path, atMs]) => [path, Math.round(atMs - redirectedAtMs)])),
    };
  });
}
