import type { ElementHandle, JSHandle } from 'playwright-core';
import { until } from './abortable.ts';
import type { ToolContext } from './tool-context.ts';

/** From `element` on, the boxes of one character or a few that a code is split over; none when it fits one field. */
export async function codeBoxes(
  context: ToolContext,
  element: ElementHandle<HTMLElement>,
  length: number,
): Promise<{ box: ElementHandle<HTMLElement>; size: number }[]> {
  const boxes: JSHandle<HTMLInputElement[]> = await until(
    context.signal,
    element.evaluateHandle((node, wanted) => {
      const isBox = (one: Element): one is HTMLInputElement =>
        one instanceof HTMLInputElement && one.maxLength > 0 && one.maxLength <= 4 && one.type !== 'hidden';
      const inside = [...node.querySelectorAll('input')];
      const first = isBox(node) ? node : inside.length > 1 && inside.every(isBox) ? inside[0] : undefined;
      if (!first || first.maxLength >= wanted) return [];
      for (let around = first.parentElement; around; around = around.parentElement) {
        const alike = [...around.querySelectorAll('input')].filter(
          (one) => isBox(one) && one.maxLength === first.maxLength && one.checkVisibility(),
        );
        const following = alike.slice(alike.indexOf(first));
        if (following.length * first.maxLength >= wanted) return following;
      }
      return [];
    }, length),
  );
  const sizes = await until(
    context.signal,
    boxes.evaluate((all) => all.map(({ maxLength }) => maxLength)),
  );
  const found = sizes.map(async (size, index) => {
    const handle = await boxes.evaluateHandle((all, at) => all[at], index);
    return { box: handle.asElement() as ElementHandle<HTMLElement>, size };
  });
  return until(context.signal, Promise.all(found));
}
