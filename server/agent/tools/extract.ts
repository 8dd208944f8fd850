import type { ElementHandle } from 'playwright-core';
import { describeTarget } from '../../../shared/step-summary.ts';
import { until } from '../abortable.ts';
import { allMatches } from '../choose-match.ts';
import { readText } from '../element-text.ts';
import { findOne } from '../find.ts';
import { StepFailed } from '../step-error.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool-context.ts';

const MAX_CHARACTERS = 16_384;
const MAX_ITEMS = 100;

export const extractTool = defineTool({
  verb: 'extract',
  repeatable: true,
  single: false,
  timeoutMs: 15_000,
  async run(context, { as, attribute, all, append, ...target }) {
    const { tab, element } = await findOne(context, all ? { nth: 0, ...target } : target, 'read');
    const where = `Page: ${tab.page.url()}`;
    const what = describeTarget(target);
    if (all) {
      const matches = (await allMatches(context, tab, target)).filter(({ visible }) => visible);
      const reading = matches.slice(0, MAX_ITEMS).map(async ({ locator }) => {
        const handle = await locator.elementHandle({ timeout: 1_000 }).catch(() => null);
        return handle && read(context, handle as ElementHandle<HTMLElement>, attribute);
      });
      const texts = (await Promise.all(reading)).filter((text) => text !== null);
      return { result: { [as]: kept(texts, what, where) }, ...(append ? { append: true } : {}) };
    }
    const value = await read(context, element, attribute);
    if (value === null) {
      const names = await until(
        context.signal,
        element.evaluate((node) => node.getAttributeNames()),
      );
      const has = names.length > 0 ? `It has ${names.slice(0, 15).join(', ')}.` : 'It has none.';
      throw new StepFailed(
        'no-such-attribute',
        `The ${what} has no attribute '${attribute}'. ${has} ${where}`,
      );
    }
    const [text] = kept([value], what, where);
    return { result: { [as]: append ? [text] : text }, ...(append ? { append: true } : {}) };
  },
});

function read(context: ToolContext, element: ElementHandle<HTMLElement>, attribute: string | undefined) {
  const value =
    attribute === undefined
      ? readText(element)
      : element.evaluate((node, name) => node.getAttribute(name), attribute);
  return until(context.signal, value);
}

function kept(texts: string[], what: string, where: string): string[] {
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  if (length <= MAX_CHARACTERS) return texts;
  const problem = `The ${what} holds ${length} characters; name a smaller element (≤ ${MAX_CHARACTERS}).`;
  throw new StepFailed('too-long', `${problem} ${where}`);
}
