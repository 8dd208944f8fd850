import type { ElementHandle, Frame, JSHandle } from 'playwright-core';
import { until } from './abortable.ts';
import type { Tab } from './agent-browser.ts';
import type { ToolContext } from './tool-context.ts';

/** What one list shows, as a person reads it. */
export interface Offers {
  /** Each option is known by several texts. */
  texts: string[][];
  disabled: boolean[];
  elements: JSHandle<HTMLElement[]>;
}

/** Options inside `root`, such as the choices of a radio group. */
export async function offersInside(
  context: ToolContext,
  root: ElementHandle<HTMLElement>,
): Promise<Offers[]> {
  return (await read(context, root.evaluateHandle(offersOf, { field: null }))) ?? [];
}

/** Options of the list that belongs to `field`, else of any: lists are often drawn at the page's end. */
export async function offersFor(
  context: ToolContext,
  tab: Tab,
  field: ElementHandle<HTMLElement>,
): Promise<Offers[]> {
  const own = await until(
    context.signal,
    field.ownerFrame().catch(() => null),
  );
  const frames = own ? [own, ...tab.page.frames().filter((frame) => frame !== own)] : tab.page.frames();
  const found: Offers[] = [];
  for (const frame of frames) {
    const root = await until(
      context.signal,
      (frame as Frame).$('css=html').catch(() => null),
    );
    if (!root) continue;
    const arg = { field: frame === own ? field : null };
    const offers = await read(context, (root as ElementHandle<HTMLElement>).evaluateHandle(offersOf, arg));
    found.push(...(offers ?? []));
  }
  return found;
}

async function read(
  context: ToolContext,
  reading: Promise<JSHandle<ReturnType<typeof offersOf>>>,
): Promise<Offers[] | null> {
  // The frame may go away under our eyes.
  const handle = await until(
    context.signal,
    reading.catch(() => null),
  );
  if (!handle) return null;
  const lists = await until(
    context.signal,
    handle.evaluate((all) => all.map(({ texts, disabled }) => ({ texts, disabled }))),
  );
  return Promise.all(
    lists.map(async (list, index) => ({
      ...list,
      elements: await until(
        context.signal,
        handle.evaluateHandle((all, at) => all[at]?.elements ?? [], index),
      ),
    })),
  );
}

/** Runs in the page: must not use anything from outside its body. The likeliest list comes first. */
function offersOf(
  root: HTMLElement,
  { field }: { field: HTMLElement | null },
): { elements: HTMLElement[]; texts: string[][]; disabled: boolean[] }[] {
  const PROPER = '[role=option],[role=menuitemradio],[role=menuitemcheckbox],[role=menuitem],[role=treeitem]';
  const CHOICES = '[role=radio],input[type=radio]';
  const ALIKE = '[role=gridcell],li,[class*=option],[class*=item]';
  /** In the field's own list, whatever else has words: an offer to add what was typed. */
  const WORDS = 'div,span,button,a';
  const MAX = 500;

  const within = (scope: ParentNode, selector: string): HTMLElement[] => {
    const found: HTMLElement[] = [];
    for (const node of scope.querySelectorAll<HTMLElement>('*')) {
      if (node.matches(selector)) found.push(node);
      if (node.shadowRoot) found.push(...within(node.shadowRoot, selector));
    }
    return found;
  };
  const above = (node: Element): Element | null => {
    const parent = node.assignedSlot ?? node.parentNode;
    return parent instanceof ShadowRoot ? parent.host : (parent as Element | null);
  };
  const holds = (outer: Element, inner: Element): boolean => {
    for (let at: Element | null = inner; at instanceof Element; at = above(at)) if (at === outer) return true;
    return false;
  };
  /** A list for screen readers alone has options in a box of no size. */
  const shown = (node: HTMLElement): boolean => {
    if (!node.checkVisibility({ visibilityProperty: true })) return false;
    if (node instanceof HTMLInputElement) return true;
    const { width, height } = node.getBoundingClientRect();
    if (width * height === 0) return false;
    for (let box: Element | null = node; box instanceof HTMLElement; box = above(box)) {
      const isFlat = box.offsetHeight <= 1 || box.offsetWidth <= 1;
      if (isFlat && getComputedStyle(box).overflow !== 'visible') return false;
    }
    return true;
  };
  const textsOf = (node: HTMLElement): string[] => {
    const host = (node.getRootNode() as ShadowRoot).host as HTMLElement | undefined;
    const slotted = host && node.querySelector('slot') ? host.innerText : '';
    const labels = 'labels' in node ? (node.labels as NodeListOf<HTMLElement> | null) : null;
    const label = labels?.[0]?.innerText ?? (node instanceof HTMLInputElement ? node.value : node.innerText);
    const texts = [label, slotted, node.getAttribute('aria-label'), node.title, node.dataset.value];
    // A branch of a tree is known by its own line.
    const [line = ''] = node.getAttribute('role') === 'treeitem' ? (label ?? '').split('\n') : [];
    return [...texts, line].map((text) => (text ?? '').trim()).filter((text) => text !== '');
  };
  const offers = (scope: ParentNode, selector: string) => {
    const elements = within(scope, selector)
      .filter((node) => shown(node) && !node.querySelector('[role=option],[role=menuitem],li'))
      .slice(0, MAX);
    const named = elements.map((element) => ({ element, texts: textsOf(element) }));
    const left = named.filter(({ texts }) => texts.length > 0);
    return {
      elements: left.map(({ element }) => element),
      texts: left.map(({ texts }) => texts),
      disabled: left.map(({ element }) => element.closest('[aria-disabled=true],:disabled') !== null),
    };
  };
  const lists = (scope: ParentNode, first: string, ...others: string[]) =>
    [first, ALIKE, ...others]
      .map((selector) => offers(scope, selector))
      .filter(({ elements }) => elements.length > 0);

  if (!field) return lists(root, root.localName === 'html' ? PROPER : `${PROPER},${CHOICES}`);
  const owners = [
    field,
    field.closest('[aria-controls],[aria-owns]'),
    field.querySelector('[aria-controls]'),
  ];
  for (const owner of owners) {
    const ids = `${owner?.getAttribute('aria-controls') ?? ''} ${owner?.getAttribute('aria-owns') ?? ''}`;
    for (const id of ids.split(' ').filter((part) => part !== '')) {
      const tree = field.getRootNode() as Document | ShadowRoot;
      let list: Element | null = tree.getElementById(id) ?? document.getElementById(id);
      for (; list && list !== document.body && !holds(list, field); list = above(list)) {
        const found = lists(list, `${PROPER},${CHOICES}`, WORDS);
        if (found.length > 0) return found;
      }
    }
  }
  return lists(root, PROPER);
}
