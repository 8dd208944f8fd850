import { settled } from '../settle.ts';
import { defineTool } from '../tool.ts';

export const typeTool = defineTool({
  verb: 'type',
  repeatable: false,
  single: true,
  timeoutMs: 15_000,
  async run(context, text) {
    const tab = await context.tab();
    const about = { kind: 'fill', value: text } as const;
    await settled(context, tab.page, () => context.act(tab, (page) => page.keyboard.type(text), about));
    return undefined;
  },
});
