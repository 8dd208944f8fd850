import type { ElementHandle } from 'playwright-core';
import type { Tab } from './agent-browser.ts';
import { highlight } from './highlight.ts';
import { settled } from './settle.ts';
import type { ToolContext } from './tool-context.ts';
import { visiblePoint } from './visible-point.ts';

/** Clicks where a person would, and lets the page react. */
export async function clickElement(
  context: ToolContext,
  tab: Tab,
  element: ElementHandle<HTMLElement>,
  what: string,
): Promise<void> {
  const shown = highlight(tab, element);
  const seen = await visiblePoint(context, element, what);
  await shown;
  // Leaving a menu or entering a target may shift the page: look again with the pointer there.
  await context.hover(tab, seen);
  const point = await visiblePoint(context, element, what, 0);
  await settled(context, tab.page, () => context.act(tab, (page) => page.mouse.click(point.x, point.y)));
}
