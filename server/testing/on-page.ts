import { connectBrowser } from '../agent/agent-browser.ts';
import { createLog } from '../lib/log.ts';
import type { TestChromium } from './chromium.ts';

/** Runs in the page that is on the screen, through a connection of its own: what somebody else sees. */
export async function onPage<T, A>(chromium: TestChromium, look: (arg: A) => T, arg: A): Promise<Awaited<T>> {
  const browser = await connectBrowser(chromium, createLog('silent', 'json'));
  try {
    const { page } = await browser.currentTab();
    return (await page.evaluate(look as never, arg)) as Awaited<T>;
  } finally {
    await browser.close();
  }
}

/** Red, green and blue of one pixel of a PNG, decoded by the browser that is there anyway. */
export async function pixelAt(chromium: TestChromium, png: Buffer, x: number, y: number): Promise<number[]> {
  return onPage(chromium, decode, { base64: png.toString('base64'), x, y });
}

async function decode({ base64, x, y }: { base64: string; x: number; y: number }): Promise<number[]> {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const context = new OffscreenCanvas(1, 1).getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.drawImage(image, -x, -y);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}
