import type { ElementHandle } from 'playwright-core';
import { describeTarget } from '../../../shared/step-summary.ts';
import type { Point } from '../../../shared/target.ts';
import { namesElement } from '../../../shared/target-kinds.ts';
import { pause, until } from '../abortable.ts';
import type { Tab } from '../agent-browser.ts';
import { findOne } from '../find.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool-context.ts';
import { visiblePoint } from '../visible-point.ts';

/** A wheel's way is animated, and lists load more when it ends. */
const REST_MS = 120;
const LONGEST_MS = 2_000;

export const scrollTool = defineTool({
  verb: 'scroll',
  repeatable: false,
  single: true,
  timeoutMs: 15_000,
  async run(context, { by, to, ...target }) {
    const { tab, element } = namesElement(target)
      ? await findOne(context, target, 'read')
      : { tab: await context.tab(), element: null };
    if (to) await toEnd(context, tab, element, to);
    else if (by)
      await turnWheel(context, tab, element, { x: by.x ?? 0, y: by.y ?? 0 }, describeTarget(target));
    else if (element) {
      const show = () =>
        element.evaluate((node) => node.scrollIntoView({ block: 'center', behavior: 'instant' }));
      await context.act(tab, show, { kind: 'scroll', element });
    }
    await pause(REST_MS, context.signal);
    return undefined;
  },
});

async function toEnd(
  context: ToolContext,
  tab: Tab,
  element: ElementHandle<HTMLElement> | null,
  to: 'top' | 'bottom',
): Promise<void> {
  const root = element ?? (await until(context.signal, tab.page.$('css=html')));
  const jump = () => root?.evaluate(scrollToEnd, to) ?? Promise.resolve();
  await context.act(tab, jump, { kind: 'scroll' });
}

/** Real wheel turns, as pages listen for them; resolves when nothing moves any more. */
async function turnWheel(
  context: ToolContext,
  tab: Tab,
  element: ElementHandle<HTMLElement> | null,
  by: Point,
  what: string,
): Promise<void> {
  const box = element && (await until(context.signal, element.evaluateHandle(scrollingPart)));
  const part = (box?.asElement() as ElementHandle<HTMLElement> | null | undefined) ?? element;
  const over = part
    ? await visiblePoint(context, part, what)
    : await until(
        context.signal,
        tab.page.evaluate(() => ({ x: innerWidth / 2, y: innerHeight / 2 })),
      );
  await context.approach(tab, (page) => page.mouse.move(over.x, over.y));
  await context.act(tab, (page) => page.mouse.wheel(by.x, by.y), { kind: 'scroll' });
  const root = element ?? (await until(context.signal, tab.page.$('css=html')));
  if (!root) return;
  const begun = performance.now();
  let last = '';
  while (performance.now() - begun < LONGEST_MS) {
    await pause(REST_MS, context.signal);
    const place = await until(
      context.signal,
      root.evaluate(placeOf).catch(() => last),
    );
    if (place === last) return;
    last = place;
  }
}

/** Runs in the page: must not use anything from outside its body. What scrolls may be a part of a wider box. */
function scrollingPart(node: Element): Element {
  const scrolls = (one: Element) =>
    one.scrollHeight > one.clientHeight + 1 && /auto|scroll|overlay/.test(getComputedStyle(one).overflowY);
  if (scrolls(node)) return node;
  const parts = [...node.querySelectorAll('*')].filter(scrolls);
  return parts.length === 1 && parts[0] ? parts[0] : node;
}

/** Runs in the page: must not use anything from outside its body. */
function placeOf(node: Element): string {
  const places = [scrollX, scrollY];
  for (let at: Element | null = node; at; at = at.parentElement) places.push(at.scrollLeft, at.scrollTop);
  for (const inner of node.querySelectorAll('*')) if (inner.scrollTop) places.push(inner.scrollTop);
  return places.join();
}

/** Runs in the page: must not use anything from outside its body. */
function scrollToEnd(node: Element, to: 'top' | 'bottom'): void {
  const scrolls = (one: Element) =>
    one.scrollHeight > one.clientHeight + 1 &&
    (one === document.scrollingElement || /auto|scroll|overlay/.test(getComputedStyle(one).overflowY));
  const page = document.scrollingElement ?? document.documentElement;
  let box: Element | null = node === document.documentElement ? page : node;
  if (box === page && !scrolls(page)) {
    const areaOf = (one: Element) => one.clientWidth * one.clientHeight;
    const boxes = [...document.querySelectorAll('*')].filter(scrolls);
    box = boxes.sort((a, b) => areaOf(b) - areaOf(a))[0] ?? page;
  } else {
    const inner = scrolls(box) ? null : [...box.querySelectorAll('*')].find(scrolls);
    while (!inner && box && !scrolls(box)) box = box.parentElement;
    box = inner ?? box ?? page;
  }
  box.scrollTo({ top: to === 'top' ? 0 : box.scrollHeight, behavior: 'instant' });
}
