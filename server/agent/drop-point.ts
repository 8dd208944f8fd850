import type { ElementHandle } from 'playwright-core';
import type { Point } from '../../shared/target.ts';
import { until } from './abortable.ts';
import type { Found } from './find.ts';
import { pointIn } from './point-in.ts';
import type { ToolContext } from './tool-context.ts';

interface Drop {
  element: ElementHandle<HTMLElement>;
  end: Found;
  at: Point | undefined;
  what: string;
}

/**
 * Where to go and let go, read anew at each call: in the middle, or in a list across what lies there the way the things
 * shift, so that the dragged one takes its place.
 */
export async function dropPlace(context: ToolContext, drop: Drop): Promise<() => Promise<Point[]>> {
  const { element, end, at, what } = drop;
  const exact = { at, point: end.point, settleMs: 0 };
  if (at || end.point) return async () => [await pointIn(context, end.element, what, exact)];
  // Once, as what is dragged may leave its list. Of another frame, or gone: in none.
  const placed = end.element.evaluateHandle(placeInList, element).catch(() => null);
  const place = await until(context.signal, placed);
  const item = (await place?.getProperty('item'))?.asElement() ?? null;
  const way: Way | null = (await (await place?.getProperty('way'))?.jsonValue()) ?? null;
  return async () => {
    const box = await until(context.signal, (item ?? end.element).boundingBox());
    if (!box) return [await pointIn(context, end.element, what, exact)];
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    if (!way) return [middle];
    const [dx, dy] = [way.x * box.width, way.y * box.height];
    return [
      { x: middle.x - dx, y: middle.y - dy },
      { x: middle.x + dx, y: middle.y + dy },
    ];
  };
}

/** How far to go from the middle, in sizes of the thing. */
type Way = Point;

/** Runs in the page: must not use anything from outside its body. */
function placeInList(
  target: HTMLElement,
  dragged: HTMLElement,
): { item: HTMLElement | null; way: Way | null } {
  const none = { item: null, way: null };
  // How far before and beyond the middle of a neighbour one must go to take its place. No hand keeps to a straight
  // line, and lists in rows wait for a move across as well.
  const [beyond, aside] = [0.3, 0.12];
  let list = target.parentElement;
  while (list && !list.contains(dragged)) list = list.parentElement;
  if (!list || target.contains(dragged)) return none;
  const itemWith = (inner: Element) => [...list.children].find((one) => one.contains(inner)) as HTMLElement;
  const [from, item] = [itemWith(dragged), itemWith(target)];
  const [box, place, held] = [from, item, dragged].map((one) => one.getBoundingClientRect()) as DOMRect[];
  if (!box || !place || !held || from === item || from.localName !== item.localName) return none;
  // A small box beside a large one is to be put into it, and a card is not its column.
  if (Math.abs(box.width - place.width) > 2 && Math.abs(box.height - place.height) > 2) return none;
  if (held.height * 3 < box.height) return none;
  const others = [...list.children]
    .filter((one) => one.localName === from.localName && one !== from)
    .map((one) => one.getBoundingClientRect());
  const inRows = others.some(({ left, right }) => left >= place.right - 1 || right <= place.left + 1);
  const inColumns = others.some(({ top, bottom }) => top >= place.bottom - 1 || bottom <= place.top + 1);
  const forward = from.compareDocumentPosition(item) & Node.DOCUMENT_POSITION_FOLLOWING ? 1 : -1;
  if (inRows && inColumns) {
    const across = getComputedStyle(list).direction === 'rtl' ? -forward : forward;
    return { item, way: { x: across * beyond, y: forward * beyond } };
  }
  const sign = Math.sign(inRows ? place.left - box.left : place.top - box.top) || forward;
  return { item, way: { x: sign * (inRows ? beyond : aside), y: sign * (inRows ? aside : beyond) } };
}
