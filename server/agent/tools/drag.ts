import { describeTarget } from '../../../shared/step-summary.ts';
import { namesElement } from '../../../shared/target-kinds.ts';
import { dragBetween } from '../drag-between.ts';
import { dropPlace } from '../drop-point.ts';
import { findOne } from '../find.ts';
import { highlight } from '../highlight.ts';
import { pointIn, pointsFrom } from '../point-in.ts';
import { defineTool } from '../tool.ts';

export const dragTool = defineTool({
  verb: 'drag',
  repeatable: false,
  single: true,
  timeoutMs: 20_000,
  async run(context, { to, at, through = [], ...target }) {
    const what = describeTarget(target);
    const { tab, element, point } = await findOne(context, target, 'click');
    const { by, at: toAt, ...toTarget } = to;
    const end = namesElement(toTarget) ? await findOne(context, toTarget, 'read') : null;
    await highlight(tab, element);
    const from = await pointIn(context, element, what, { at, point });
    const place = end
      ? await dropPlace(context, { element, end, at: toAt, what: describeTarget(toTarget) })
      : async () => [{ x: from.x + (by?.x ?? 0), y: from.y + (by?.y ?? 0) }];
    await dragBetween(context, tab, {
      ...{ element, from, to: place },
      through: await pointsFrom(context, element, through),
    });
    return undefined;
  },
});
