import { setTimeout as delay } from 'node:timers/promises';
import type { RunningServer } from '../server/testing/running-server.ts';
import type { Column, ColumnName } from './columns.ts';
import { type MeasuredDesktop, pssMb } from './desktops.ts';
import { atLeast, atMost, atMostTimes, type Figure, percentile } from './figures.ts';
import { buyAndWatch, measureReloads, startVisitorBrowser } from './first-frame.ts';
import { measureFrames } from './frames.ts';
import { measureInputToPixel } from './input-to-pixel.ts';
import type { Pages } from './pages.ts';
import { measureRelayCost } from './relay-cost.ts';
import type { RfbTransport } from './rfb-client.ts';

const KEYS = 250;
const PURCHASES = 10;
const RELOADS = 20;
/** A busy machine gives fewer samples rather than a longer run; the table says how many. */
const PURCHASES_FOR_MS = 75_000;
const DESKTOP_TIMEOUT_MS = 30_000;

export async function inputToPixel(columns: readonly Column[], pages: Pages): Promise<Figure[]> {
  const measured = await measureInputToPixel(columns, pages.flip, KEYS);
  return [50, 95].map((percent) => {
    const of = (name: ColumnName) => {
      const samples = measured.get(name);
      return samples ? percentile(samples, percent) : undefined;
    };
    const product = of('product') as number;
    return {
      requirement: 'PERF-1',
      what: `input → pixel, p${percent}, n = ${KEYS}`,
      raw: of('raw') as number,
      product,
      baseline: of('baseline') ?? null,
      unit: 'ms',
      goals: [
        ...atMostTimes('raw', 1.1, product, of('raw')),
        ...atMostTimes('baseline', 0.35, product, of('baseline')),
      ],
    };
  });
}

export async function frames(columns: readonly Column[], pages: Pages): Promise<Figure[]> {
  const measured = await measureFrames(
    columns,
    { moving: pages.motion, still: pages.flip },
    { rounds: 2, roundMs: 5_000 },
  );
  const product = measured.get('product') as number;
  return [
    {
      requirement: 'PERF-2',
      what: 'frames, 1280×720 in full motion',
      raw: measured.get('raw') as number,
      product,
      baseline: measured.get('baseline') ?? null,
      unit: 'fps',
      goals: [atLeast(55, product, 'fps')],
    },
  ];
}

export async function relayCost(
  rfbPath: string,
  product: { pid: number; dial(): Promise<RfbTransport> },
): Promise<Figure[]> {
  const measured = await measureRelayCost(rfbPath, product, { rounds: 3, roundMs: 1_500 });
  return [
    {
      requirement: 'PERF-6',
      what: 'processor per GB relayed (baseline: websockify)',
      product: measured.product,
      baseline: measured.websockify,
      unit: 's/GB',
      goals: atMostTimes('websockify', 0.5, measured.product, measured.websockify),
    },
  ];
}

export async function memory(what: string, desktop: MeasuredDesktop): Promise<Figure[]> {
  const { megabytes, processes } = await pssMb(desktop);
  return [
    {
      requirement: 'PERF-8',
      what: `idle live session, ${what}, ${processes} processes`,
      product: megabytes,
      unit: 'MB',
      goals: [atMost(320, megabytes, 'MB')],
    },
  ];
}

/** Warm and cold purchases in turn, each by a browser that has never been here; with reloads of the first cold page. */
export async function firstFrames(warm: RunningServer, cold: RunningServer): Promise<Figure[]> {
  const browser = await startVisitorBrowser();
  const [warmMs, coldMs]: [number[], number[]] = [[], []];
  let reloadsMs: number[] = [];
  const until = performance.now() + PURCHASES_FOR_MS;
  const timeIsUp = () => performance.now() > until;
  try {
    for (let purchase = 0; purchase < PURCHASES && !timeIsUp(); purchase++) {
      await untilLogged(warm, 'desktop.warm', purchase + 1);
      warmMs.push((await buyAndWatch(browser, warm)).firstFrameMs);
      const bought = await buyAndWatch(browser, cold, async (page) => {
        if (purchase === 0) reloadsMs = await measureReloads(page, RELOADS);
      });
      coldMs.push(bought.firstFrameMs);
    }
  } finally {
    await browser.close();
  }
  const figures = (requirement: string, what: string, samples: number[], limitMs: number): Figure[] =>
    [50, 95].map((percent) => {
      const product = percentile(samples, percent);
      const goals = percent === 95 ? [atMost(limitMs, product, 'ms')] : [];
      const label = `${what}, p${percent}, n = ${samples.length}`;
      return { requirement, what: label, product, unit: 'ms', goals };
    });
  return [
    ...figures('PERF-4', 'paid → first frame, warm', warmMs, 400),
    ...figures('PERF-4', 'paid → first frame, cold', coldMs, 1_500),
    ...figures('PERF-5', 'reload → picture', reloadsMs, 300),
  ];
}

export async function untilLogged(server: RunningServer, event: string, times: number): Promise<void> {
  const deadline = performance.now() + DESKTOP_TIMEOUT_MS;
  while (server.log.filter((line) => line.event === event).length < times) {
    if (performance.now() > deadline) throw new Error(`the server did not log ${event}`);
    await delay(50);
  }
}
