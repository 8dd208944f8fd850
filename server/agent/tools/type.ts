import { settled } from '../settle.ts';
import { defineTool } from '../tool.ts';

export const typeTool = defineTool({
  verb: 'type',
  repeatable: false,
  single: true,
  timeoutMs: 15_000,
  async run(context, text) {
    const about = { kind: 'fill', value: text } as const;
    const blocked = await context.anyTab();
    if ((await blocked.dialogs.blocking())?.kind === 'prompt') {
      await settled(context, blocked.page, () =>
        context.act(blocked, (_, value) => blocked.dialogs.answer(true, value), { ...about, kind: 'answer' }),
      );
      return undefined;
    }
    const tab = await context.tab();
    await settled(context, tab.page, () =>
      context.act(tab, (page, value) => page.keyboard.type(value), about),
    );
    return undefined;
  },
});
