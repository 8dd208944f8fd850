import type { ElementHandle, Page } from 'playwright-core';
import type { Point } from '../../shared/target.ts';
import { pause } from './abortable.ts';
import type { Tab } from './agent-browser.ts';
import { showPointer } from './highlight.ts';
import { settled } from './settle.ts';
import type { Held, ToolContext } from './tool-context.ts';

const STEP_PX = 25;
const MIN_STEPS = 8;
const MAX_STEPS = 30;
const SHOWN_EVERY = 4;
/** Pages take up a drag, and a place to drop, with the next frame or two. */
const HOLD_MS = 60;
/** Lists that also scroll by touch are only dragged in after a long press. */
const PRESS_MS = 300;

export interface Drag {
  /** What is touched; without it, whatever lies there. */
  element?: ElementHandle<HTMLElement>;
  from: Point;
  through?: readonly Point[];
  /** The last way, and where to let go. Read again once the page has taken up the drag and shifted its things. */
  to: () => Promise<readonly Point[]>;
}

/**
 * Presses, moves as a hand does and lets go, while control is held: only letting go has an effect that must not be
 * repeated. Works alike for the browser's own drag and drop, sortable lists, sliders and canvases. [AGT-4]
 */
export async function dragBetween(context: ToolContext, tab: Tab, drag: Drag): Promise<void> {
  const { element, from, through = [], to } = drag;
  await context.approach(tab, (page) => page.mouse.move(from.x, from.y));
  const first = through[0] ?? (await to())[0] ?? from;
  // Pressed and let go on the spot it is a click.
  const about = { kind: 'drag', ...(element ? { element, point: from } : {}) } as const;
  const work = async (held: Held) => {
    tab.held = true;
    try {
      await held.touch((page) => page.mouse.down());
      await pause(PRESS_MS, held.signal);
      const lifted = between(from, first, 1 / MIN_STEPS);
      await move(held, tab, [lifted]);
      await pause(HOLD_MS, held.signal);
      const way = [lifted, ...through, ...(await to())];
      for (const [index, point] of way.entries()) {
        if (index > 0)
          await move(held, tab, steps(way[index - 1] as Point, point, index === 1 ? MIN_STEPS : 3));
      }
      await pause(HOLD_MS, held.signal);
      // A rest on the spot: the place to drop is entered by one move and accepts with the next.
      await move(held, tab, way.slice(-1));
      await pause(HOLD_MS, held.signal);
      await held.finish((page) => {
        tab.held = false;
        return page.mouse.up();
      });
    } finally {
      if (tab.held) {
        await held.touch((page) => putBack(page, from));
        tab.held = false;
      }
    }
  };
  await settled(context, tab.page, () => context.hold(tab, about, work));
}

/** Lets go of what a drag still holds that was cut short on a page that did not answer. */
export async function dropNothing(context: ToolContext, tab: Tab): Promise<void> {
  if (!tab.held || (await tab.dialogs.blocking())) return;
  await context.approach(tab, (page) => putBack(page));
  tab.held = false;
}

async function move(held: Held, tab: Tab, points: readonly Point[]): Promise<void> {
  for (const [index, point] of points.entries()) {
    held.signal.throwIfAborted();
    await held.touch((page) => page.mouse.move(point.x, point.y));
    if (index % SHOWN_EVERY === SHOWN_EVERY - 1) await showPointer(tab, point);
  }
}

/** Lets go without dropping: where it came from, if that is known still. */
async function putBack(page: Page, from?: Point): Promise<void> {
  await page.keyboard.press('Escape');
  if (from) await page.mouse.move(from.x, from.y, { steps: 2 });
  await page.mouse.up();
}

function steps(from: Point, to: Point, least: number): Point[] {
  const distance = Math.hypot(to.x - from.x, to.y - from.y);
  const count = Math.min(MAX_STEPS, Math.max(least, Math.ceil(distance / STEP_PX)));
  return Array.from({ length: count }, (_, index) => between(from, to, (index + 1) / count));
}

const between = (from: Point, to: Point, part: number): Point => ({
  x: from.x + (to.x - from.x) * part,
  y: from.y + (to.y - from.y) * part,
});
