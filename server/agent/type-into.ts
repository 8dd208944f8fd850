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
  const fill = async (page: Page, text: string) => {
    await field.fill(text, { force: true, timeout: 2_000, signal: context.signal });
    if (!(await field.evaluate(isGarbled, text).catch(() => false))) return;
    // A mask that takes a whole text wrongly takes it key by key.
    await field.selectText({ force: true, timeout: 2_000 });
    await page.keyboard.press('Delete');
    await page.keyboard.type(await field.evaluate(afterMask, text));
  };
  await context.act(tab, fill, about);
  // Pages that listen for keys rather than input hear one, and no text depends on it.
  await context.act(tab, (page) => page.keyboard.press('Shift'), { kind: 'press', value: 'Shift' });
}

/** Runs in the page: must not use anything from outside its body. What is left to type after what stays in the field. */
function afterMask(node: HTMLElement, wanted: string): string {
  const plain = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '');
  const kept = node instanceof HTMLInputElement ? plain(node.value) : '';
  return kept !== '' && plain(wanted).startsWith(kept) ? plain(wanted).slice(kept.length) : wanted;
}

/** Runs in the page: must not use anything from outside its body. */
function isGarbled(node: HTMLElement, wanted: string): boolean {
  const masked = ['text', 'tel'];
  if (!(node instanceof HTMLInputElement) || !masked.includes(node.type) || node.value === '') return false;
  const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const [now, meant] = [plain(node.value), plain(wanted)];
  // What the page takes away or adds at an end is its own way of writing it.
  return now !== meant && !now.includes(meant) && !meant.includes(now);
}
