import type { CDPSession, ElementHandle } from 'playwright-core';
import type { Point } from '../../shared/target.ts';
import type { Tab } from './agent-browser.ts';

const SHOWN_MS = 900;
const ORANGE = { r: 249, g: 115, b: 22 };
const FRAME = { color: { ...ORANGE, a: 0.15 }, outlineColor: { ...ORANGE, a: 0.9 } };
const ARROW = { color: { ...ORANGE, a: 0.95 }, outlineColor: { r: 255, g: 255, b: 255, a: 1 } };

/** Frames the element for whoever watches. Drawn by the browser over the page, which cannot notice it. */
export async function highlight(tab: Tab, element: ElementHandle): Promise<void> {
  await draw(tab, async (cdp) => {
    const box = await element.boundingBox();
    if (!box) return;
    await cdp.send('Overlay.highlightRect', {
      x: Math.round(box.x - 2),
      y: Math.round(box.y - 2),
      width: Math.round(box.width + 4),
      height: Math.round(box.height + 4),
      ...FRAME,
    });
  });
}

/** Shows where the agent points: its mouse moves no pointer of the screen. */
export async function showPointer(tab: Tab, { x, y }: Point): Promise<void> {
  const quad = [x, y, x + 5, y + 21, x + 9, y + 14, x + 18, y + 12];
  await draw(tab, (cdp) => cdp.send('Overlay.highlightQuad', { quad, ...ARROW }));
}

/** Takes all of it away now: a screenshot shows the page alone. */
export async function hideHighlight({ cdp }: Tab): Promise<void> {
  await cdp?.send('Overlay.hideHighlight').catch(() => undefined);
}

async function draw(tab: Tab, drawing: (cdp: CDPSession) => Promise<unknown>): Promise<void> {
  const { cdp, page } = tab;
  if (!cdp) return;
  try {
    await cdp.send('DOM.enable');
    await cdp.send('Overlay.enable');
    clearTimeout(tab.shown);
    await drawing(cdp);
    tab.shown = setTimeout(() => {
      if (!page.isClosed()) void hideHighlight(tab);
    }, SHOWN_MS).unref();
  } catch {
    // Only a help for the eye: the step goes on without it.
  }
}
