import type { ElementHandle } from 'playwright-core';
import type { Point } from '../../shared/target.ts';
import { until } from './abortable.ts';
import { StepFailed } from './step-error.ts';
import type { ToolContext } from './tool-context.ts';
import { visiblePoint } from './visible-point.ts';

/** Where to point at the element: at `point` itself, at a place in it, or where it can be seen. */
export async function pointIn(
  context: ToolContext,
  element: ElementHandle<HTMLElement>,
  what: string,
  place: { point?: Point | undefined; at?: Point | undefined; settleMs?: number },
): Promise<Point> {
  const { point, at, settleMs } = place;
  if (point) return point;
  if (!at) return visiblePoint(context, element, what, settleMs);
  await until(context.signal, element.evaluate(bringIntoView, at));
  const box = await until(context.signal, element.boundingBox());
  if (!box) throw new StepFailed('not-visible', `The ${what} has no place on the page.`);
  if (at.x < 0 || at.y < 0 || at.x > box.width || at.y > box.height) {
    const size = `${Math.round(box.width)} × ${Math.round(box.height)}`;
    throw new StepFailed('outside', `"at" is outside of the ${what}, which is ${size} pixels large.`);
  }
  return { x: box.x + at.x, y: box.y + at.y };
}

/** Runs in the page: must not use anything from outside its body. */
function bringIntoView(element: HTMLElement, at: Point): void {
  const rect = element.getBoundingClientRect();
  const [x, y] = [rect.left + at.x, rect.top + at.y];
  if (window === window.top && x >= 0 && y >= 0 && x < innerWidth && y < innerHeight) return;
  element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
}
