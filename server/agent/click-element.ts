import type { ElementHandle, Page } from 'playwright-core';
import type { Point } from '../../shared/target.ts';
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
  at?: Point,
): Promise<void> {
  const shown = highlight(tab, element);
  const seen = at ?? (await visiblePoint(context, element, what));
  await shown;
  // Leaving a menu or entering a target may shift the page: look again with the pointer there.
  await context.hover(tab, seen);
  const point = at ?? (await visiblePoint(context, element, what, 0));
  const click = (page: Page) => page.mouse.click(point.x, point.y);
  await settled(context, tab.page, () => context.act(tab, click, { kind: 'click', element, point }));
}
