import type { ElementHandle, Page } from 'playwright-core';
import type { VerbInput } from '../../shared/playbook.ts';
import type { Point } from '../../shared/target.ts';
import type { Tab } from './agent-browser.ts';
import { highlight, showPointer } from './highlight.ts';
import { pointIn } from './point-in.ts';
import { settled } from './settle.ts';
import type { ToolContext, Touch } from './tool-context.ts';

export interface ClickOptions extends Pick<VerbInput<'click'>, 'button' | 'count' | 'modifiers' | 'at'> {
  /** Exactly here, whatever the element's shape. */
  point?: Point | undefined;
  kind?: Touch['kind'];
}

/** Clicks where a person would, and lets the page react. */
export async function clickElement(
  context: ToolContext,
  tab: Tab,
  element: ElementHandle<HTMLElement>,
  what: string,
  options: ClickOptions = {},
): Promise<void> {
  const shown = highlight(tab, element);
  const seen = await pointIn(context, element, what, options);
  await shown;
  // Leaving a menu or entering a target may shift the page: look again with the pointer there.
  await context.approach(tab, (page) => page.mouse.move(seen.x, seen.y));
  const point = await pointIn(context, element, what, { ...options, settleMs: 0 });
  await showPointer(tab, point);
  const about = { kind: options.kind ?? 'click', element, point } as const;
  await settled(context, tab.page, () => context.act(tab, (page) => clickAt(page, point, options), about));
}

async function clickAt(page: Page, { x, y }: Point, options: ClickOptions): Promise<void> {
  const { button = 'left', count = 1, modifiers = [] } = options;
  for (const key of modifiers) await page.keyboard.down(key);
  try {
    await page.mouse.click(x, y, { button, clickCount: count });
  } finally {
    for (const key of modifiers) await page.keyboard.up(key);
  }
}
