import { keyProblem } from '../../../shared/key-names.ts';
import { settled } from '../settle.ts';
import { StepFailed } from '../step-error.ts';
import { defineTool } from '../tool.ts';

export const pressTool = defineTool({
  verb: 'press',
  repeatable: false,
  single: true,
  timeoutMs: 15_000,
  async run(context, key) {
    const problem = keyProblem(key);
    if (problem) throw new StepFailed('unknown-key', problem);
    const blocked = await context.anyTab();
    if ((key === 'Enter' || key === 'Escape') && (await blocked.dialogs.blocking())) {
      const answer = () => blocked.dialogs.answer(key === 'Enter');
      await settled(context, blocked.page, () =>
        context.act(blocked, answer, { kind: 'answer', value: key }),
      );
      return undefined;
    }
    const tab = await context.tab();
    await settled(context, tab.page, () =>
      context.act(tab, (page) => page.keyboard.press(key), { kind: 'press', value: key }),
    );
    return undefined;
  },
});
