import type { Page } from 'playwright-core';
import { urlProblem } from '../../../shared/playbook.ts';
import { ControlLost } from '../control-gate.ts';
import { openLast } from '../open-last.ts';
import { refuseQuestion } from '../questions.ts';
import { StepFailed } from '../step-error.ts';
import { defineTool } from '../tool.ts';

const TIMEOUT_MS = 30_000;

export const navigateTool = defineTool({
  verb: 'navigate',
  repeatable: true,
  single: false,
  timeoutMs: TIMEOUT_MS,
  async run(context, url) {
    const problem = urlProblem(url);
    if (problem) throw new StepFailed('address-refused', problem);
    const tab = await context.anyTab();
    await refuseQuestion(tab);
    try {
      const open = (page: Page) => page.goto(url, { waitUntil: 'domcontentloaded', timeout: TIMEOUT_MS });
      await openLast({ page: tab.page, url, deadline: context.deadline }, () =>
        context.act(tab, open, { kind: 'navigate', value: url }),
      );
    } catch (error) {
      if (error instanceof StepFailed || error instanceof ControlLost) throw error;
      throw new StepFailed('navigation-failed', `Could not open ${url}: ${reasonOf(error)}.`, {
        cause: error,
      });
    }
    return undefined;
  },
});

const REASONS: [RegExp, string][] = [
  [/ERR_NAME_NOT_RESOLVED/, 'there is no such host'],
  [/ERR_CONNECTION_REFUSED/, 'nothing answers at that address'],
  [/ERR_TUNNEL_CONNECTION_FAILED|ERR_PROXY/, 'this address may not be reached from here'],
  [/Download is starting/, 'it is a file; click a link to it by "download"'],
  [/ERR_ABORTED/, 'the page stopped loading (an empty answer, or another navigation)'],
  [/ERR_CERT|ERR_SSL/, 'its certificate is not valid'],
  [/crashed/, 'the page crashed in the browser'],
  [/Timeout/, `it did not load within ${TIMEOUT_MS / 1000} seconds`],
];

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const known = REASONS.find(([pattern]) => pattern.test(text));
  return known?.[1] ?? text.match(/net::\w+/)?.[0] ?? text.split('\n')[0]?.slice(0, 200) ?? '';
}
