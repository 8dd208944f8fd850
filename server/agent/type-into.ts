import type { ElementHandle, Page } from 'playwright-core';
import type { Tab } from './agent-browser.ts';
import type { ToolContext } from './tool-context.ts';

/** Puts `value` in place of what the field holds. */
export async function typeInto(
  context: ToolContext,
  tab: Tab,
  field: ElementHandle<HTMLElement>,
  value: string,
): Promise<void> {
  const about = { kind: 'fill', element: field, value } as const;
  const fill = (_: Page, text: string) =>
    field.fill(text, { force: true, timeout: 2_000, signal: context.signal });
  await context.act(tab, fill, about);
  // Pages that listen for keys rather than input hear one, and no text depends on it.
  await context.act(tab, (page) => page.keyboard.press('Shift'), { kind: 'press', value: 'Shift' });
}
