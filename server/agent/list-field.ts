import type { ElementHandle } from 'playwright-core';
import { until } from './abortable.ts';
import type { Tab } from './agent-browser.ts';
import { activeElement } from './isolated-world.ts';
import { settled } from './settle.ts';
import type { ToolContext } from './tool-context.ts';

/** Where one types to filter the open list: the field itself, or the search box that has the focus now. */
export async function typingPlace(
  context: ToolContext,
  tab: Tab,
  field: ElementHandle<HTMLElement>,
): Promise<ElementHandle<HTMLElement> | null> {
  if (await until(context.signal, field.evaluate(takesText))) return field;
  const frame = await until(context.signal, field.ownerFrame());
  const focused = await until(context.signal, (frame ?? tab.page.mainFrame()).evaluateHandle(activeElement));
  const element = focused.asElement() as ElementHandle<HTMLElement> | null;
  return element && (await until(context.signal, element.evaluate(takesText))) ? element : null;
}

/** Opens by the keyboard what stays shut when it is clicked, as a label does that leads to the field alone. */
export async function openByKey(
  context: ToolContext,
  tab: Tab,
  field: ElementHandle<HTMLElement>,
): Promise<boolean> {
  const isShut = await until(
    context.signal,
    field.evaluate((node) => node.matches('[role=combobox]') && node.ariaExpanded === 'false'),
  );
  if (!isShut) return false;
  const about = { kind: 'press', value: 'ArrowDown' } as const;
  await settled(context, tab.page, () =>
    context.act(tab, () => field.press('ArrowDown', { timeout: 2_000 }), about),
  );
  return true;
}

/** A list of several choices may stay, and keep one from all the rest of the page: left as a person leaves it. */
export async function leaveList(
  context: ToolContext,
  tab: Tab,
  field: ElementHandle<HTMLElement>,
): Promise<void> {
  const shutOut = await until(
    context.signal,
    field.evaluate((node) => node.closest('[inert],[aria-hidden=true]') !== null).catch(() => false),
  );
  if (!shutOut) return;
  const about = { kind: 'press', value: 'Escape' } as const;
  await settled(context, tab.page, () => context.act(tab, (page) => page.keyboard.press('Escape'), about));
}

/** Runs in the page: must not use anything from outside its body. */
function takesText(node: HTMLElement): boolean {
  const noText = ['checkbox', 'radio', 'button', 'submit', 'reset', 'range', 'color', 'file', 'image'];
  if (node.ariaReadOnly === 'true') return false;
  return node instanceof HTMLInputElement
    ? !node.readOnly && !node.disabled && !noText.includes(node.type)
    : node.isContentEditable;
}
