import type { ElementHandle, Page } from 'playwright-core';
import type { Point } from '../../shared/target.ts';
import { pause } from './abortable.ts';
import type { Tab } from './agent-browser.ts';
import { showPointer } from './highlight.ts';
import { settled } from './settle.ts';
import type { ToolContext } from './tool-context.ts';

const STEP_PX = 25;
const MIN_STEPS = 8;
const MAX_STEPS = 30;
const SHOWN_EVERY = 4;
/** Pages take up a drag, and a place to drop, with the next frame or two. */
const HOLD_MS = 60;

/**
 * Presses, moves as a hand does and lets go, each touch guarded: only letting go has an effect that must not be
 * repeated. Works alike for the browser's own drag and drop, sortable lists, sliders and canvases. [AGT-4]
 */
export async function dragBetween(
  context: ToolContext,
  tab: Tab,
  element: ElementHandle<HTMLElement> | undefined,
  from: Point,
  to: () => Promise<Point>,
): Promise<void> {
  const move = ({ x, y }: Point) => context.approach(tab, (page) => page.mouse.move(x, y));
  await move(from);
  const press = (page: Page) => {
    tab.held = true;
    return page.mouse.down();
  };
  // Pressed and let go on the spot it is a click.
  await context.approach(tab, press, { kind: 'drag', ...(element ? { element, point: from } : {}) });
  await pause(HOLD_MS, context.signal);
  // What is picked up may leave its place and shift the others: where to drop is read again under way.
  let end = await to();
  let last = from;
  const distance = Math.hypot(end.x - from.x, end.y - from.y);
  const steps = Math.min(MAX_STEPS, Math.max(MIN_STEPS, Math.ceil(distance / STEP_PX)));
  for (let step = 1; step <= steps; step++) {
    if (step === MIN_STEPS >> 1) end = await to();
    const part = step / steps;
    last = { x: from.x + (end.x - from.x) * part, y: from.y + (end.y - from.y) * part };
    await move(last);
    if (step % SHOWN_EVERY === 0) await showPointer(tab, last);
  }
  await pause(HOLD_MS, context.signal);
  // A rest on the spot: the place to drop is entered by one move and accepts with the next.
  await move({ x: end.x, y: end.y });
  await pause(HOLD_MS, context.signal);
  const letGo = async () => {
    await tab.page.mouse.up();
    tab.held = false;
  };
  await settled(context, tab.page, () => context.act(tab, letGo, { kind: 'drag' }));
}

/** Lets go, without dropping, of what a drag that was cut short still holds. */
export async function dropNothing(context: ToolContext, tab: Tab): Promise<void> {
  if (!tab.held) return;
  await context.approach(tab, async (page) => {
    await page.keyboard.press('Escape');
    await page.mouse.up();
  });
  tab.held = false;
}
