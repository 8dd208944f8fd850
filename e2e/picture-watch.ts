import { expect, type Page } from '@playwright/test';

interface Watched {
  /** When the picture last changed, by the page's clock, which is ours. */
  changedAtMs: number;
  /** When the page last said that it is connected. */
  connectedAtMs: number;
}

/** Sees in the page what a visitor would see: a picture that moves, and the word "Connected". */
export class PictureWatch {
  readonly #page: Page;
  readonly #controlEvents: number[] = [];

  constructor(page: Page) {
    this.#page = page;
    page.on('websocket', (socket) => {
      if (!socket.url().endsWith('/ws')) return;
      socket.on('framereceived', ({ payload }) => {
        if (String(payload).includes('control.changed')) this.#controlEvents.push(Date.now());
      });
    });
  }

  async start(): Promise<void> {
    await this.#page.evaluate(() => {
      const watched = { changedAtMs: 0, connectedAtMs: 0 };
      Object.assign(window, { watched });
      const copy = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
      const context = copy.getContext('2d', { willReadFrequently: true });
      let last = '';
      setInterval(() => {
        const canvas = document.querySelector<HTMLCanvasElement>('[role=application] canvas');
        if (canvas && canvas.width > 0) {
          context?.drawImage(canvas, canvas.width / 2, canvas.height / 2, 1, 1, 0, 0, 1, 1);
          const pixel = String(context?.getImageData(0, 0, 1, 1).data.slice(0, 3));
          if (pixel !== last && last !== '' && pixel !== '0,0,0') watched.changedAtMs = Date.now();
          last = pixel;
        }
        const isConnected = [...document.querySelectorAll('[role=status]')].some(
          ({ textContent }) => textContent?.trim() === 'Connected',
        );
        if (isConnected) watched.connectedAtMs = Date.now();
      }, 25);
    });
  }

  /** Resolves when the picture has begun to move. */
  async moves(): Promise<void> {
    const changed = () =>
      this.#page.evaluate(() => (window as unknown as { watched: Watched }).watched.changedAtMs);
    await expect.poll(changed, { timeout: 15_000 }).toBeGreaterThan(0);
  }

  /** Resolves when the picture moves after a break; "online" keeps the back-off of many breaks away. */
  async movesAgain(): Promise<void> {
    const inFlightMs = 50;
    const sinceMs = Date.now() + inFlightMs;
    const changed = () =>
      this.#page.evaluate(() => {
        window.dispatchEvent(new Event('online'));
        return (window as unknown as { watched: Watched }).watched.changedAtMs;
      });
    await expect.poll(changed, { timeout: 10_000, intervals: [50] }).toBeGreaterThan(sinceMs);
  }

  /** How long after `sinceMs` the picture moved, and a new event came while the page said "Connected". */
  async recovered(sinceMs: number): Promise<{ pictureMs: number; controlMs: number }> {
    let picture = 0;
    let control = 0;
    await expect
      .poll(
        async () => {
          const seen = await this.#page.evaluate(() => (window as unknown as { watched: Watched }).watched);
          if (!picture && seen.changedAtMs > sinceMs) picture = seen.changedAtMs;
          const event = this.#controlEvents.find((atMs) => atMs > sinceMs);
          if (!control && event && seen.connectedAtMs > sinceMs) control = Math.max(event, sinceMs);
          return picture > 0 && control > 0;
        },
        { timeout: 30_000, intervals: [25] },
      )
      .toBe(true);
    return { pictureMs: picture - sinceMs, controlMs: control - sinceMs };
  }
}
