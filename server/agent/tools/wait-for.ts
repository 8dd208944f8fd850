import { describeTarget } from '../../../shared/step-summary.ts';
import { pause } from '../abortable.ts';
import { suggestions } from '../candidates.ts';
import { allMatches } from '../choose-match.ts';
import { StepFailed } from '../step-error.ts';
import { defineTool } from '../tool.ts';

const TIMEOUT_MS = 30_000;

export const waitForTool = defineTool({
  verb: 'waitFor',
  repeatable: true,
  single: false,
  timeoutMs: TIMEOUT_MS,
  async run(context, target) {
    for (;;) {
      const tab = await context.tab();
      const visible = (await allMatches(context, tab, target)).filter((match) => match.visible);
      if (visible.length > (target.nth ?? 0)) return undefined;
      if (performance.now() > context.deadline) {
        const hint = await suggestions(context, tab, target);
        const waited = `No ${describeTarget(target)} appeared within ${TIMEOUT_MS / 1000} seconds.`;
        throw new StepFailed('not-found', `${waited}${hint ? ` ${hint}` : ''} Page: ${tab.page.url()}`);
      }
      await pause(100, context.signal);
    }
  },
});
