import type { ElementHandle } from 'playwright-core';
import { pause, until } from './abortable.ts';
import type { Tab } from './agent-browser.ts';
import { type Segment, splitDate } from './date-segments.ts';
import { settled } from './settle.ts';
import { StepFailed } from './step-error.ts';
import type { ToolContext } from './tool-context.ts';

/** Fields take a part over with the next frame or two. */
const REACTION_MS = 60;

/** The spin buttons of a date or time field that is drawn as a row of them, or null. */
export async function segmentsOf(
  context: ToolContext,
  element: ElementHandle<HTMLElement>,
): Promise<ElementHandle<HTMLElement>[] | null> {
  const group = await until(
    context.signal,
    element.evaluateHandle((node) => {
      if (node.getAttribute('role') === 'spinbutton') return null;
      const isHidden = node instanceof HTMLInputElement && node.closest('[aria-hidden=true]') !== null;
      const box = isHidden ? node.closest('[role=group]') : node;
      const parts = [...(box?.querySelectorAll('[role=spinbutton]') ?? [])];
      const areParts = parts.every((part) => !part.matches('input') && part.hasAttribute('aria-valuemax'));
      return parts.length > 1 && areParts ? box : null;
    }),
  );
  const box = group.asElement();
  if (!box) return null;
  return (await until(context.signal, box.$$('css=[role=spinbutton]'))) as ElementHandle<HTMLElement>[];
}

/** Types each part of a date or time where it belongs, as a person does. */
export async function fillSegments(
  context: ToolContext,
  tab: Tab,
  parts: readonly ElementHandle<HTMLElement>[],
  value: string,
  what: string,
): Promise<void> {
  const read = () => until(context.signal, Promise.all(parts.map((part) => part.evaluate(segmentOf))));
  const segments = await read();
  const texts = splitDate(segments, value);
  if (!texts) {
    const names = segments.map(({ name }) => name).join(', ');
    const advice = 'write a date as 2027-01-31 and a time as 14:30, or all parts in this order';
    throw new StepFailed('cannot-fill', `The ${what} has the parts ${names}; ${advice}. ${where(tab)}`);
  }
  for (const [index, part] of parts.entries()) {
    const text = texts[index] ?? '';
    const about = { kind: 'fill', element: part, value: text } as const;
    await context.act(tab, () => part.focus(), about);
    await settled(context, tab.page, () =>
      context.act(tab, (page, typed) => page.keyboard.type(typed), about),
    );
  }
  await pause(REACTION_MS, context.signal);
  const wrong = (await read()).find(({ now }, index) => now !== null && isNumberOtherThan(texts[index], now));
  if (wrong) {
    const problem = `The ${what} does not take '${value}': its part ${wrong.name} shows ${wrong.now}.`;
    throw new StepFailed('cannot-fill', `${problem} ${where(tab)}`);
  }
}

const where = (tab: Tab) => `Page: ${tab.page.url()}`;

const isNumberOtherThan = (text: string | undefined, now: number) =>
  text !== undefined && /^\d+$/.test(text) && Number(text) !== now;

/** Runs in the page: must not use anything from outside its body. */
function segmentOf(node: HTMLElement): Segment & { name: string; now: number | null } {
  const number = (name: string) => Number(node.getAttribute(name) ?? Number.NaN);
  const now = number('aria-valuenow');
  const name = (node.getAttribute('aria-label') ?? node.innerText).replace(/,.*$/s, '').trim();
  return {
    min: number('aria-valuemin'),
    max: number('aria-valuemax'),
    now: Number.isNaN(now) ? null : now,
    name,
  };
}
