import { settled } from '../settle.ts';
import { StepFailed } from '../step-error.ts';
import { defineTool } from '../tool.ts';

const TIMEOUT_MS = 15_000;

export const backTool = defineTool({
  verb: 'back',
  repeatable: false,
  single: true,
  timeoutMs: TIMEOUT_MS,
  async run(context) {
    const tab = await context.tab();
    const history = await tab.cdp?.send('Page.getNavigationHistory');
    if (history?.currentIndex === 0) {
      throw new StepFailed('no-history', `This is the tab's first page. Page: ${tab.page.url()}`);
    }
    await settled(context, tab.page, () =>
      context.act(tab, (page) => page.goBack({ waitUntil: 'commit', timeout: TIMEOUT_MS }), { kind: 'back' }),
    );
    return undefined;
  },
});
