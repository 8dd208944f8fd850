import type { ElementHandle } from 'playwright-core';
import { secretIn } from '../../../shared/secret.ts';
import { describeTarget } from '../../../shared/step-summary.ts';
import { until } from '../abortable.ts';
import { chooseFromList } from '../choose-from-list.ts';
import { clickElement } from '../click-element.ts';
import { codeBoxes } from '../code-boxes.ts';
import { type FieldKind, fieldKind, innerField } from '../field-kind.ts';
import { fillSegments, segmentsOf } from '../fill-segments.ts';
import { findOne } from '../find.ts';
import { highlight } from '../highlight.ts';
import { selectNative } from '../native-select.ts';
import { settled } from '../settle.ts';
import { slideTo } from '../slide.ts';
import { StepFailed } from '../step-error.ts';
import { defineTool } from '../tool.ts';
import { typeInto } from '../type-into.ts';

export const fillTool = defineTool({
  verb: 'fill',
  repeatable: false,
  single: false,
  timeoutMs: 15_000,
  async run(context, { value, ...target }) {
    const { tab, element } = await findOne(context, target, 'edit');
    const what = describeTarget(target);
    const segments = await segmentsOf(context, element);
    if (segments) {
      await highlight(tab, element);
      await fillSegments(context, tab, segments, value, what);
      return undefined;
    }
    // How long a secret is and what its parts are is known only in the action itself. [AGT-7]
    const boxes = secretIn(value) === null ? await codeBoxes(context, element, value.length) : [];
    if (boxes.length > 0) {
      await highlight(tab, element);
      let from = 0;
      for (const { box, size } of boxes) {
        const part = value.slice(from, from + size);
        if (part !== '') await settled(context, tab.page, () => typeInto(context, tab, box, part));
        from += size;
      }
      return undefined;
    }
    const field = await innerField(context, element);
    const kind = await until(context.signal, field.evaluate(fieldKind));
    const problem = fillProblem(kind, value, what);
    if (problem) throw new StepFailed('cannot-fill', `${problem} Page: ${tab.page.url()}`);

    if (kind.type === 'select') {
      await selectNative(context, tab, field as ElementHandle<never>, value);
    } else if (kind.type === 'checkbox' || kind.type === 'radio') {
      if (kind.checked !== ON.test(value)) await clickElement(context, tab, field, what);
    } else if (kind.type === 'list') {
      await chooseFromList(context, tab, element, field, value, what);
    } else if (kind.type === 'slider') {
      await highlight(tab, field);
      await slideTo(context, tab, field, Number(value), what);
    } else {
      await highlight(tab, field);
      await settled(context, tab.page, () => typeInto(context, tab, field, value));
    }
    return undefined;
  },
});

const ON = /^\s*(true|on|yes|checked|1)\s*$/i;
const OFF = /^\s*(false|off|no|unchecked|0)?\s*$/i;

const FORMATS: Record<string, [RegExp, string]> = {
  date: [/^\d{4,6}-\d\d-\d\d$/, 'YYYY-MM-DD, such as 2027-01-31'],
  time: [/^\d\d:\d\d(:\d\d(\.\d+)?)?$/, 'HH:MM, such as 14:30'],
  'datetime-local': [/^\d{4,6}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/, 'YYYY-MM-DDTHH:MM'],
  month: [/^\d{4,6}-\d\d$/, 'YYYY-MM, such as 2027-01'],
  week: [/^\d{4,6}-W\d\d$/, 'YYYY-Www, such as 2027-W05'],
  color: [/^#[0-9a-f]{6}$/i, '#rrggbb, such as #ff8800'],
  number: [/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i, 'a number, such as 12.5'],
  slider: [/^[-+]?(\d+\.?\d*|\.\d+)$/, 'a number, such as 50'],
  range: [/^[-+]?(\d+\.?\d*|\.\d+)$/, 'a number, such as 50'],
};

function fillProblem(kind: FieldKind, value: string, what: string): string | null {
  if (kind.type === 'cell') {
    return `The ${what} is a cell and takes no text yet; click it with "count": 2 and fill what opens in it.`;
  }
  if (kind.type === 'other')
    return `The ${what} is a <${kind.tag}> and takes no text; click it, or move it by "drag" or by arrow keys.`;
  if (kind.type === 'file') return `The ${what} takes a file, not text.`;
  if (kind.type === 'checkbox' || kind.type === 'radio') {
    const isClear = ON.test(value) || OFF.test(value);
    return isClear ? null : `The ${what} is a ${kind.type}; write its value as true or false.`;
  }
  if (kind.readOnly) return `The ${what} is read-only; click it and choose from what opens.`;
  const format = FORMATS[kind.type];
  if (!format || value === '' || format[0].test(value)) return null;
  return `The ${what} is a ${kind.type} field; write its value as ${format[1]}.`;
}
