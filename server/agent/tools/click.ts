import { describeTarget } from '../../../shared/step-summary.ts';
import { until } from '../abortable.ts';
import { clickElement } from '../click-element.ts';
import { findOne } from '../find.ts';
import { selectNative } from '../native-select.ts';
import { defineTool } from '../tool.ts';

export const clickTool = defineTool({
  verb: 'click',
  repeatable: false,
  single: true,
  timeoutMs: 15_000,
  async run(context, { button, count, modifiers, at, ...target }) {
    const { tab, element, point } = await findOne(context, target, 'click');
    const option = await until(
      context.signal,
      element.evaluate((node) => {
        const list = node instanceof HTMLOptionElement ? node.closest('select') : null;
        return list && !list.multiple && list.size < 2 ? (node as HTMLOptionElement).label : null;
      }),
    );
    if (option === null) {
      const options = { button, count, modifiers, at, point };
      await clickElement(context, tab, element, describeTarget(target), options);
      return undefined;
    }
    // A native list that opens is drawn by the system: its options cannot be clicked.
    const list = await until(
      context.signal,
      element.evaluateHandle((node) => node.closest('select')),
    );
    const select = list.asElement();
    if (select) await selectNative(context, tab, select, option);
    return undefined;
  },
});
