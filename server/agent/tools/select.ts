import { describeTarget } from '../../../shared/step-summary.ts';
import { until } from '../abortable.ts';
import { chooseFromList } from '../choose-from-list.ts';
import { innerField } from '../field-kind.ts';
import { findOne } from '../find.ts';
import { selectNative, suggestedValue } from '../native-select.ts';
import { settled } from '../settle.ts';
import { defineTool } from '../tool.ts';
import { typeInto } from '../type-into.ts';

export const selectTool = defineTool({
  verb: 'select',
  repeatable: false,
  single: false,
  timeoutMs: 15_000,
  async run(context, { option, ...target }) {
    const { tab, element } = await findOne(context, target, 'edit');
    const field = await innerField(context, element);
    const native = await until(
      context.signal,
      field.evaluate((node) => node instanceof HTMLSelectElement),
    );
    if (native) {
      await selectNative(context, tab, field as never, option);
      return undefined;
    }
    const suggested = await suggestedValue(context, field, option);
    if (suggested === null)
      await chooseFromList(context, tab, element, field, option, describeTarget(target));
    else await settled(context, tab.page, () => typeInto(context, tab, field, suggested));
    return undefined;
  },
});
