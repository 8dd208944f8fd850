import type { ElementHandle } from 'playwright-core';
import type { Tab } from './agent-browser.ts';

const SHOWN_MS = 700;
const ORANGE = { r: 249, g: 115, b: 22 };

/** Frames the element for whoever watches. Drawn by the browser over the page, which cannot notice it. */
export async function highlight({ cdp, page }: Tab, element: ElementHandle): Promise<void> {
  if (!cdp) return;
  try {
    const box = await element.boundingBox();
    if (!box) return;
    const rect = { x: box.x - 2, y: box.y - 2, width: box.width + 4, height: box.height + 4 };
    await cdp.send('DOM.enable');
    await cdp.send('Overlay.enable');
    await cdp.send('Overlay.highlightRect', {
      x: Math.round(rect.x),
      y: Math.round(rect.y),
      width: Math.round(rect.width),
      height: Math.round(rect.height),
      color: { ...ORANGE, a: 0.15 },
      outlineColor: { ...ORANGE, a: 0.9 },
    });
    setTimeout(() => {
      if (!page.isClosed()) cdp.send('Overlay.hideHighlight').catch(() => undefined);
    }, SHOWN_MS).unref();
  } catch {
    // Only a help for the eye: the step goes on without it.
  }
}

/** Takes the frame away now: a screenshot shows the page alone. */
export async function hideHighlight({ cdp }: Tab): Promise<void> {
  await cdp?.send('Overlay.hideHighlight').catch(() => undefined);
}
