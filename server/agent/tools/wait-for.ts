import { describeTarget } from '../../../shared/step-summary.ts';
import { namesElement } from '../../../shared/target-kinds.ts';
import { pause } from '../abortable.ts';
import { suggestions } from '../candidates.ts';
import { allMatches } from '../choose-match.ts';
import { StepFailed } from '../step-error.ts';
import { defineTool } from '../tool.ts';

const DEFAULT_SECONDS = 30;

export const waitForTool = defineTool({
  verb: 'waitFor',
  repeatable: true,
  single: false,
  timeoutMs: ({ seconds = DEFAULT_SECONDS }) => seconds * 1_000,
  async run(context, { is = 'visible', url, seconds = DEFAULT_SECONDS, ...target }) {
    const byElement = namesElement(target);
    for (;;) {
      const tab = await context.tab();
      const arrived = url === undefined || tab.page.url().includes(url);
      const matches = arrived && byElement ? await allMatches(context, tab, target) : [];
      const visible = matches.filter((match) => match.visible).length > (target.nth ?? 0);
      const shown = !byElement || visible === (is === 'visible');
      const due = performance.now() > context.deadline;
      if (!byElement && url === undefined ? due : arrived && shown) return undefined;
      if (due) {
        const where = `Page: ${tab.page.url()}`;
        const waited = `within ${seconds} seconds`;
        if (!arrived) throw new StepFailed('not-found', `The address had no '${url}' ${waited}. ${where}`);
        const what = describeTarget(target);
        if (is === 'hidden')
          throw new StepFailed('still-visible', `The ${what} did not go ${waited}. ${where}`);
        const hint = await suggestions(context, tab, target);
        throw new StepFailed('not-found', `No ${what} appeared ${waited}.${hint ? ` ${hint}` : ''} ${where}`);
      }
      await pause(100, context.signal);
    }
  },
});
