import type { ElementHandle } from 'playwright-core';
import type { Point } from '../../shared/target.ts';
import { until } from './abortable.ts';
import type { Found } from './find.ts';
import { pointIn } from './point-in.ts';
import type { ToolContext } from './tool-context.ts';

/** How far before and beyond the middle of a neighbour one must go to take its place. */
const BEYOND = 0.3;
/** No hand keeps to a straight line, and lists in rows wait for a move across as well. */
const ASIDE = 0.12;

interface Drop {
  element: ElementHandle<HTMLElement>;
  end: Found;
  at: Point | undefined;
  what: string;
}

/** Where to go and let go: in the middle, or in a list across it the way the things shift, so that they change places. */
export async function dropWay(context: ToolContext, drop: Drop): Promise<Point[]> {
  const { element, end, at, what } = drop;
  if (at || end.point) {
    return [await pointIn(context, end.element, what, { at, point: end.point, settleMs: 0 })];
  }
  const box = await until(context.signal, end.element.boundingBox());
  if (!box) return [await pointIn(context, end.element, what, { settleMs: 0 })];
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const way = await until(
    context.signal,
    // Of another frame, or gone: no neighbour.
    element.evaluate(wayInList, end.element).catch(() => null),
  );
  if (!way) return [middle];
  const reach = (along: boolean) => (along ? BEYOND : ASIDE);
  const [dx, dy] = [way.x * box.width * reach(way.inRows), way.y * box.height * reach(way.inColumns)];
  return [
    { x: middle.x - dx, y: middle.y - dy },
    { x: middle.x + dx, y: middle.y + dy },
  ];
}

interface Way {
  x: number;
  y: number;
  /** Things lie side by side, one below the other, or both: a grid. */
  inRows: boolean;
  inColumns: boolean;
}

/** Which way `other` is passed in a list of both; null when they are in none. Runs in the page, by itself. */
function wayInList(node: HTMLElement, other: HTMLElement): Way | null {
  if (node === other || node.localName !== other.localName || node.parentElement !== other.parentElement) {
    return null;
  }
  const box = node.getBoundingClientRect();
  const target = other.getBoundingClientRect();
  // A small box beside a large one is to be put into it.
  if (Math.abs(box.width - target.width) > 2 && Math.abs(box.height - target.height) > 2) return null;
  const all = [...(node.parentElement?.children ?? [])]
    .filter((one) => one.localName === node.localName && one !== node)
    .map((one) => one.getBoundingClientRect());
  const inRows = all.some(({ left, right }) => left >= target.right - 1 || right <= target.left + 1);
  const inColumns = all.some(({ top, bottom }) => top >= target.bottom - 1 || bottom <= target.top + 1);
  const forward = node.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? 1 : -1;
  if (inRows && inColumns) {
    const isLeftwards = getComputedStyle(node.parentElement as Element).direction === 'rtl';
    return { x: isLeftwards ? -forward : forward, y: forward, inRows, inColumns };
  }
  const along = inRows ? target.left - box.left : target.top - box.top;
  const sign = Math.sign(along) || forward;
  return { x: sign, y: sign, inRows, inColumns: !inRows };
}
