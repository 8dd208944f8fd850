import type { ElementHandle } from 'playwright-core';
import type { Point } from '../../shared/target.ts';
import { until } from './abortable.ts';
import type { Found } from './find.ts';
import { pointIn } from './point-in.ts';
import type { ToolContext } from './tool-context.ts';

/** How far beyond the middle of a neighbour one must go to take its place. */
const BEYOND = 0.3;
/** No hand keeps to a straight line, and lists in rows wait for a move across as well. */
const ASIDE = 0.12;

interface Drop {
  element: ElementHandle<HTMLElement>;
  from: Point;
  end: Found;
  at: Point | undefined;
  what: string;
}

/** Where to let go: in the middle, or in a list of alike things a little beyond it, so that they change places. */
export async function dropPoint(context: ToolContext, drop: Drop): Promise<Point> {
  const { element, end, at, from, what } = drop;
  if (at || end.point) return pointIn(context, end.element, what, { at, point: end.point, settleMs: 0 });
  const box = await until(context.signal, end.element.boundingBox());
  if (!box) return pointIn(context, end.element, what, { settleMs: 0 });
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const alike = await until(
    context.signal,
    // Of another frame, or gone: no neighbour.
    element.evaluate(isNeighbour, end.element).catch(() => false),
  );
  if (!alike) return middle;
  const [dx, dy] = [middle.x - from.x, middle.y - from.y];
  return Math.abs(dy) >= Math.abs(dx)
    ? { x: middle.x + lean(dx, dy) * box.width * ASIDE, y: middle.y + Math.sign(dy) * box.height * BEYOND }
    : { x: middle.x + Math.sign(dx) * box.width * BEYOND, y: middle.y + lean(dy, dx) * box.height * ASIDE };
}

/** Which way across: as it goes anyway, else as it goes along. */
const lean = (across: number, along: number) => Math.sign(Math.abs(across) > 3 ? across : along);

/** Runs in the page: must not use anything from outside its body. */
function isNeighbour(node: Element, other: Element): boolean {
  return node !== other && node.localName === other.localName && node.parentElement === other.parentElement;
}
