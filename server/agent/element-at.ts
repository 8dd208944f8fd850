import type { ElementHandle, Frame } from 'playwright-core';
import type { Point } from '../../shared/target.ts';
import { until } from './abortable.ts';
import type { Tab } from './agent-browser.ts';
import { pdfShown, showsPdf } from './pdf/pdf-tab.ts';
import { StepFailed } from './step-error.ts';
import type { ToolContext } from './tool-context.ts';

/** What a person's finger would meet at a point of the page, in whichever frame. */
export async function elementAt(
  context: ToolContext,
  point: Point,
): Promise<{ tab: Tab; element: ElementHandle<HTMLElement>; point: Point }> {
  const tab = await context.tab();
  if (await until(context.signal, showsPdf(tab))) throw pdfShown(tab);
  let frame: Frame | null = tab.page.mainFrame();
  let local = point;
  let element: ElementHandle<HTMLElement> | null = null;
  while (frame) {
    const hit = await until(context.signal, frame.evaluateHandle(topmostAt, local));
    element = hit.asElement() as ElementHandle<HTMLElement> | null;
    if (!element) break;
    frame = await until(context.signal, element.contentFrame());
    if (frame) local = await until(context.signal, element.evaluate(insideFrame, local));
  }
  if (element) return { tab, element, point };
  const size = await until(
    context.signal,
    tab.page.evaluate(() => `${innerWidth} × ${innerHeight}`),
  );
  const where = `The tab shows ${size} CSS pixels. Page: ${tab.page.url()}`;
  throw new StepFailed('not-found', `There is nothing at the point ${point.x}, ${point.y}. ${where}`);
}

/** Runs in the page: must not use anything from outside its body. */
function topmostAt({ x, y }: Point): Element | null {
  let hit = document.elementFromPoint(x, y);
  while (hit?.shadowRoot) {
    const inner = hit.shadowRoot.elementFromPoint(x, y);
    if (!inner || inner === hit) break;
    hit = inner;
  }
  return hit;
}

/** Runs in the page: must not use anything from outside its body. */
function insideFrame(frame: HTMLElement, { x, y }: Point): Point {
  const rect = frame.getBoundingClientRect();
  return { x: x - rect.left - frame.clientLeft, y: y - rect.top - frame.clientTop };
}
