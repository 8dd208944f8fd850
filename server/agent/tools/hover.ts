import { describeTarget } from '../../../shared/step-summary.ts';
import { pause } from '../abortable.ts';
import { findOne } from '../find.ts';
import { highlight, showPointer } from '../highlight.ts';
import { pointIn } from '../point-in.ts';
import { defineTool } from '../tool.ts';

/** What opens under the pointer has a moment to open. */
const REACTION_MS = 150;

export const hoverTool = defineTool({
  verb: 'hover',
  repeatable: true,
  single: false,
  timeoutMs: 15_000,
  async run(context, { at, ...target }) {
    const { tab, element, point } = await findOne(context, target, 'click');
    await highlight(tab, element);
    const { x, y } = await pointIn(context, element, describeTarget(target), { at, point });
    await context.approach(tab, (page) => page.mouse.move(x, y, { steps: 4 }));
    await showPointer(tab, { x, y });
    await pause(REACTION_MS, context.signal);
    return undefined;
  },
});
