import type { ElementHandle } from 'playwright-core';
import { pause, until } from './abortable.ts';
import type { Tab } from './agent-browser.ts';
import { type Offers, offersFor } from './list-offers.ts';
import type { ToolContext } from './tool-context.ts';

const MAX_TURNS = 150;
/** Long lists draw what comes into view with the next frame or two, or ask their server for it. */
const REST_MS = 80;
const END_AFTER_MS = 500;
/** Lists take no click while they still roll. */
const SETTLED_MS = 250;

/** Turns the wheel over an open list, down to its end and up again, until it `shows` what is wanted and rests. */
export async function scrollList(
  context: ToolContext,
  tab: Tab,
  field: ElementHandle<HTMLElement>,
  shows: (lists: Offers[]) => boolean,
): Promise<boolean> {
  const over = await middleOf(context, (await offersFor(context, tab, field))[0]);
  if (!over) return false;
  await context.approach(tab, (page) => page.mouse.move(over.x, over.y));
  for (const direction of [1, -1]) {
    let last = await seen(await offersFor(context, tab, field));
    for (let turn = 0; turn < MAX_TURNS && performance.now() < context.deadline; turn++) {
      const wheel = { kind: 'scroll' } as const;
      await context.approach(tab, (page) => page.mouse.wheel(0, direction * over.stepPx), wheel);
      const now = await changed(context, tab, field, last);
      if (!now) break;
      if (shows(now)) {
        await pause(SETTLED_MS, context.signal);
        return true;
      }
      last = await seen(now);
    }
  }
  return false;
}

async function changed(
  context: ToolContext,
  tab: Tab,
  field: ElementHandle<HTMLElement>,
  last: string,
): Promise<Offers[] | null> {
  const end = performance.now() + END_AFTER_MS;
  do {
    await pause(REST_MS, context.signal);
    const now = await offersFor(context, tab, field);
    if ((await seen(now)) !== last) return now;
  } while (performance.now() < end);
  return null;
}

/** What a list shows and where: it has moved when this is another. */
async function seen([list]: Offers[]): Promise<string> {
  return (
    (await list?.elements
      .evaluate((all) =>
        all.map((one) => `${one.innerText}@${Math.round(one.getBoundingClientRect().top)}`).join(),
      )
      .catch(() => '')) ?? ''
  );
}

async function middleOf(context: ToolContext, list: Offers | undefined) {
  if (!list) return null;
  const first = await until(
    context.signal,
    list.elements.evaluateHandle((all) => {
      let box: Element | null = all[0] ?? null;
      while (box && box.scrollHeight <= box.clientHeight + 1) box = box.parentElement;
      return box ?? all[0];
    }),
  );
  const box = await until(context.signal, first.asElement()?.boundingBox() ?? Promise.resolve(null));
  if (!box) return null;
  return { x: box.x + box.width / 2, y: box.y + box.height / 2, stepPx: Math.max(60, box.height * 0.8) };
}
