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
  const inside = { x: fromCorner(at.x, box.width), y: fromCorner(at.y, box.height) };
  if (inside.x < 0 || inside.y < 0 || inside.x > box.width || inside.y > box.height) {
    const size = `${Math.round(box.width)} × ${Math.round(box.height)}`;
    throw new StepFailed('outside', `"at" is outside of the ${what}, which is ${size} pixels large.`);
  }
  return { x: box.x + inside.x, y: box.y + inside.y };
}

/** Places as `at` has them, inside the element or not. */
export async function pointsFrom(
  context: ToolContext,
  element: ElementHandle<HTMLElement>,
  places: readonly Point[],
): Promise<Point[]> {
  const box = places.length > 0 ? await until(context.signal, element.boundingBox()) : null;
  if (!box) return [];
  return places.map(({ x, y }) => ({
    x: box.x + fromCorner(x, box.width),
    y: box.y + fromCorner(y, box.height),
  }));
}

/** Below nought it counts from the other side. */
const fromCorner = (offset: number, size: number) => (offset < 0 ? size + offset : offset);

/** Runs in the page: must not use anything from outside its body. */
function bringIntoView(element: HTMLElement, at: Point): void {
  const rect = element.getBoundingClientRect();
  const x = at.x < 0 ? rect.right + at.x : rect.left + at.x;
  const y = at.y < 0 ? rect.bottom + at.y : rect.top + at.y;
  if (window === window.top && x >= 0 && y >= 0 && x < innerWidth && y < innerHeight) return;
  element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
}
