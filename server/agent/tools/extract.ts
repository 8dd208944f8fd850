import { describeTarget } from '../../../shared/step-summary.ts';
import { until } from '../abortable.ts';
import { readText } from '../element-text.ts';
import { findOne } from '../find.ts';
import { StepFailed } from '../step-error.ts';
import { defineTool } from '../tool.ts';

const MAX_CHARACTERS = 16_384;

export const extractTool = defineTool({
  verb: 'extract',
  repeatable: true,
  single: false,
  timeoutMs: 15_000,
  async run(context, { as, attribute, ...target }) {
    const { tab, element } = await findOne(context, target, 'read');
    const read =
      attribute === undefined
        ? readText(element)
        : element.evaluate((node, name) => node.getAttribute(name), attribute);
    const value = await until(context.signal, read);
    const where = `Page: ${tab.page.url()}`;
    if (value === null) {
      const names = await until(
        context.signal,
        element.evaluate((node) => node.getAttributeNames()),
      );
      const has = names.length > 0 ? `It has ${names.slice(0, 15).join(', ')}.` : 'It has none.';
      const problem = `The ${describeTarget(target)} has no attribute '${attribute}'. ${has} ${where}`;
      throw new StepFailed('no-such-attribute', problem);
    }
    if (value.length > MAX_CHARACTERS) {
      const problem = `The ${describeTarget(target)} holds ${value.length} characters; name a smaller element (≤ ${MAX_CHARACTERS}). ${where}`;
      throw new StepFailed('too-long', problem);
    }
    return { result: { [as]: value } };
  },
});
