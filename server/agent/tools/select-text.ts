import { describeTarget } from '../../../shared/step-summary.ts';
import { until } from '../abortable.ts';
import { dragBetween } from '../drag-between.ts';
import { findOne } from '../find.ts';
import { highlight } from '../highlight.ts';
import { StepFailed } from '../step-error.ts';
import { endsOfText, selectInField } from '../text-ends.ts';
import { defineTool } from '../tool.ts';

export const selectTextTool = defineTool({
  verb: 'selectText',
  repeatable: false,
  single: true,
  timeoutMs: 15_000,
  async run(context, { part, ...target }) {
    const { tab, element } = await findOne(context, target, 'read');
    await highlight(tab, element);
    const isField = await until(
      context.signal,
      element.evaluate((node) => node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement),
    );
    let missing = false;
    if (isField) {
      const select = async () => {
        await element.focus();
        missing = !(await element.evaluate(selectInField, part ?? null));
      };
      await context.act(tab, select, { kind: 'drag', element });
    } else {
      const ends = await until(context.signal, element.evaluate(endsOfText, part ?? null));
      const box = await until(context.signal, element.boundingBox());
      missing = !ends || !box;
      if (ends && box) {
        // Inside a frame the ends count from the element's own corner.
        const [start, end] = [ends.start, ends.end].map(({ x, y }) => ({ x: box.x + x, y: box.y + y }));
        if (start && end) await dragBetween(context, tab, { element, from: start, to: async () => [end] });
      }
    }
    if (missing) {
      const wanted = part === undefined ? 'no text' : `no text '${part}'`;
      throw new StepFailed(
        'no-such-text',
        `The ${describeTarget(target)} has ${wanted}. Page: ${tab.page.url()}`,
      );
    }
    return undefined;
  },
});
