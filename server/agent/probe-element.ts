import type { Injected } from './isolated-world.ts';

export interface Probe {
  /** Where the element can be reached, in its frame's coordinates. */
  point: { x: number; y: number } | null;
  /** The left top corner of its document's root, in the same coordinates. */
  root: { x: number; y: number };
  moving: boolean;
  /** A page that draws itself anew has put another in its place. */
  gone: boolean;
  /** Where only another layer of the same control is in the way. */
  layer: { x: number; y: number } | null;
  coveredBy: string;
}

/** Runs in the page, apart from its scripts: must not use anything from outside its body. */
export async function probeElement([, element, tries]: [Injected, Element, number]): Promise<Probe> {
  const inView = (rect: DOMRect) =>
    rect.top >= 0 && rect.left >= 0 && rect.bottom <= innerHeight && rect.right <= innerWidth;
  // Its middle lies outside of a box around it that scrolls.
  const isScrolledAway = (rect: DOMRect) => {
    const [x, y] = [rect.left + rect.width / 2, rect.top + rect.height / 2];
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
      if (getComputedStyle(box).overflow === 'visible') continue;
      const edge = box.getBoundingClientRect();
      if (x < edge.left || x > edge.right || y < edge.top || y > edge.bottom) return true;
    }
    return false;
  };
  // What has no box of its own, as a link around a card may, is where its first child with one is.
  const boxOf = (node: Element): Element | null => {
    if (getComputedStyle(node).display !== 'contents') return node.getClientRects().length > 0 ? node : null;
    return [...node.children].map(boxOf).find((box) => box !== null) ?? null;
  };
  const labels = 'labels' in element ? [...((element.labels as NodeListOf<HTMLElement> | null) ?? [])] : [];
  const shown = [element, ...labels].map(boxOf).find((box) => box !== null) ?? element;
  const place = shown.getBoundingClientRect();
  // Beside a banner that stays, it may be seen when it is scrolled to another part of the window.
  const block = (['center', 'start', 'end'] as const)[tries % 3] ?? 'center';
  // A frame may itself be scrolled out of sight, which cannot be seen from inside.
  if (tries > 0 || window !== window.top || !inView(place) || isScrolledAway(place)) {
    shown.scrollIntoView({ block, inline: 'center', behavior: 'instant' });
  }
  const before = shown.getBoundingClientRect();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const rect = shown.getBoundingClientRect();
  const gone = !element.isConnected;
  // Lists take no click for a moment after they were scrolled.
  const isRolling =
    Math.abs(before.top - place.top) > 1 && getComputedStyle(element).pointerEvents === 'none';
  const isShifting = Math.abs(rect.left - before.left) > 1 || Math.abs(rect.top - before.top) > 1;
  const moving = isRolling || isShifting;

  const { left: x, top: y } = document.documentElement.getBoundingClientRect();
  const root = { x, y };

  const topmostAt = (x: number, y: number): Element | null => {
    let hit = document.elementFromPoint(x, y);
    while (hit?.shadowRoot) {
      const inner = hit.shadowRoot.elementFromPoint(x, y);
      if (!inner || inner === hit) break;
      hit = inner;
    }
    return hit;
  };
  const contains = (outer: Element, inner: Element): boolean => {
    let node: Node | null = inner;
    while (node) {
      if (node === outer) return true;
      const slot: Node | null = node instanceof Element ? node.assignedSlot : null;
      node = slot ?? node.parentNode ?? (node instanceof ShadowRoot ? node.host : null);
    }
    return false;
  };
  const through = getComputedStyle(element).pointerEvents === 'none';
  // One control of several layers: its only field, the words that stand in it, and what is drawn over both.
  const fields = 'input:not([type=hidden],[aria-hidden=true]),textarea,select,[role=combobox]';
  const fieldsIn = (box: ParentNode): Element[] =>
    [...box.querySelectorAll('*')].flatMap((node) => [
      ...(node.matches(fields) ? [node] : []),
      ...(node.shadowRoot ? fieldsIn(node.shadowRoot) : []),
    ]);
  const isSameControl = (hit: Element): boolean => {
    if (hit.closest('a[href],button') || element.closest('a[href],button')) return false;
    let around = element.parentElement;
    while (around && !contains(around, hit)) around = around.parentElement;
    return around !== null && fieldsIn(around).length === 1;
  };
  const isFieldOver = (hit: Element): boolean =>
    !element.matches(fields) && (hit.matches(fields) || fieldsIn(hit).length === 1) && isSameControl(hit);
  // Ripples and touch areas lie over a button's words.
  const buttons =
    'a[href],button,label,summary,[role=button],[role=link],[role=tab],[role=option],[role=menuitem]';
  const isSameButton = (hit: Element): boolean => {
    const button = element.parentElement?.closest(buttons);
    return !element.matches(buttons) && button != null && hit.closest(buttons) === button;
  };
  const reaches = (hit: Element | null): boolean =>
    hit !== null &&
    (contains(element, hit) ||
      // What lets clicks through stands for what it is written on.
      (through && (contains(hit, element) || contains(element.parentElement ?? element, hit))) ||
      labels.some((label) => contains(label, hit)) ||
      isFieldOver(hit) ||
      isSameButton(hit));

  // A branch of a tree holds its children, a card its buttons: a click there would mean those.
  const inner =
    'a[href],button,input,select,textarea,li,[role=treeitem],[role=menuitem],[role=button],[role=link]';
  const words = (one: Element) => one.textContent?.trim() ?? '';
  const isOwn = (hit: Element | null): boolean => {
    const nested = hit?.closest(inner);
    if (!nested || contains(nested, element) || labels.some((label) => contains(nested, label))) return true;
    // A tab that is all link: with the same words it is the same thing.
    return words(element) !== '' && words(nested) === words(element);
  };
  let second: { x: number; y: number } | null = null;
  let layer: { x: number; y: number } | null = null;

  const nameOf = (hit: Element): string => {
    const words = hit instanceof HTMLElement ? hit.innerText.replace(/\s+/g, ' ').trim() : '';
    return `<${hit.localName}${hit.id ? ` id="${hit.id}"` : ''}>${words ? ` with '${words.slice(0, 80)}'` : ''}`;
  };
  const fractions = [0.5, 0.2, 0.8, 0.05, 0.95, 0.35, 0.65];
  let coveredBy = 'nothing visible';
  // A component's words are slotted into what reacts; the rest of its own box may be empty.
  const boxesOf = (candidate: Element): DOMRect[] => {
    const boxes = [...candidate.getClientRects()].slice(0, 4);
    const words = [...candidate.childNodes].find((node) => node instanceof Text && node.data.trim() !== '');
    if (!candidate.shadowRoot || !words) return boxes;
    const range = document.createRange();
    range.selectNodeContents(words);
    return [...[...range.getClientRects()].slice(0, 1), ...boxes];
  };
  const candidates: Element[] = [shown, ...labels];
  for (const candidate of candidates) {
    for (const box of boxesOf(candidate)) {
      for (const down of fractions) {
        for (const across of fractions) {
          const x = box.left + box.width * across;
          const y = box.top + box.height * down;
          if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight || box.width * box.height === 0) continue;
          const hit = topmostAt(x, y);
          if (!reaches(hit)) {
            if (hit && element.matches(fields) && isSameControl(hit)) layer ??= { x, y };
            if (hit) coveredBy = nameOf(hit);
          } else if (isOwn(hit)) {
            return { point: { x, y }, root, moving, gone, layer, coveredBy: '' };
          } else {
            second ??= { x, y };
          }
        }
      }
    }
  }
  return { point: second, root, moving, gone, layer, coveredBy };
}
