import type { Page } from 'playwright-core';
import { within } from '../abortable.ts';
import { readFrameApart } from '../isolated-world.ts';
import { StepFailed } from '../step-error.ts';
import type { Masker } from './masker.ts';

const FRAME_MS = 2_000;
const NOT_COVERED = 'The page did not answer, so it is not sure that a picture would show no secret.';
/** Elements of ours in the page, for the moment of a picture. */
const MARK = 'data-oda-cover';

/**
 * Takes a picture while every place that shows a hidden value is painted over. When a frame cannot be looked
 * through there is no picture. [AGT-7]
 */
export async function whileCovered<T>(page: Page, masker: Masker, capture: () => Promise<T>): Promise<T> {
  if (masker.forms.length === 0) return capture();
  const mark = `${MARK}-${crypto.randomUUID()}`;
  const covered = page.frames().map(async (frame) => {
    const painted = readFrameApart(frame, paintOver, { forms: [...masker.forms], mark });
    const done = painted.then(
      () => true,
      // A frame that went away meanwhile shows nothing.
      () => frame.isDetached(),
    );
    if (!(await within(FRAME_MS, done, false))) throw new StepFailed('not-covered', NOT_COVERED);
  });
  try {
    await Promise.all(covered);
    return await capture();
  } finally {
    for (const frame of page.frames()) {
      await within(
        FRAME_MS,
        readFrameApart(frame, uncover, mark).catch(() => undefined),
        undefined,
      );
    }
  }
}

/** Runs in the page, apart from its scripts: must not use anything from outside its body. */
function paintOver({ forms, mark }: { forms: string[]; mark: string }): void {
  const shows = (text: string | null | undefined) => {
    const plain = (text ?? '').toLowerCase();
    const single = plain.replace(/\s+/g, ' ');
    return forms.some((form) => plain.includes(form) || single.includes(form));
  };
  const boxes: DOMRect[] = [];
  const add = (element: Element) => {
    const drawn = element.localName === 'option' ? (element.closest('select') ?? element) : element;
    boxes.push(...[...drawn.getClientRects()].slice(0, 50));
  };
  const look = (root: ParentNode & Node) => {
    for (const field of root.querySelectorAll<HTMLInputElement>('input,textarea,select')) {
      if (shows(field.value) || shows(field.placeholder)) add(field);
    }
    for (const element of root.querySelectorAll('*')) if (element.shadowRoot) look(element.shadowRoot);
    descend(root);
  };
  /** To the smallest elements that hold a value, or a part of one that no single child holds. */
  const descend = (node: ParentNode & Node) => {
    const inner = [...node.children].filter((child) => shows(child.textContent));
    for (const child of inner) descend(child);
    const own = [...node.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE);
    const alone = inner.length === 0 || own.some((child) => shows(child.textContent));
    if (alone && node instanceof Element && shows(node.textContent)) add(node);
  };
  look(document);
  if (boxes.length === 0) return;

  const host = document.createElement('div');
  host.setAttribute(mark, '');
  host.setAttribute('popover', 'manual');
  host.style.cssText =
    'all:initial;position:fixed;inset:0;width:100vw;height:100vh;z-index:2147483647;pointer-events:none;background:none;border:0;padding:0;margin:0;overflow:hidden';
  const inside = host.attachShadow({ mode: 'closed' });
  for (const { left, top, width, height } of boxes) {
    const box = document.createElement('div');
    box.style.cssText = `position:fixed;left:${left - 1}px;top:${top - 1}px;width:${width + 2}px;height:${height + 2}px;background:#1f2937`;
    inside.append(box);
  }
  document.documentElement.append(host);
  // Above dialogs too, which lie over everything that has a z-index.
  host.showPopover();
}

/** Runs in the page, apart from its scripts: must not use anything from outside its body. */
function uncover(mark: string): void {
  for (const host of document.querySelectorAll(`[${mark}]`)) host.remove();
}
