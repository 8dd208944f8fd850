import { describeTarget } from '../../../shared/step-summary.ts';
import { namesElement } from '../../../shared/target-kinds.ts';
import { pause, until } from '../abortable.ts';
import { suggestions } from '../candidates.ts';
import { allMatches, type Match } from '../choose-match.ts';
import { readText } from '../element-text.ts';
import { StepFailed } from '../step-error.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool-context.ts';

const TIMEOUT_MS = 5_000;

export const assertTool = defineTool({
  verb: 'assert',
  repeatable: true,
  single: false,
  timeoutMs: TIMEOUT_MS,
  async run(context, { is, equals, contains, url, value, ...target }) {
    const what = describeTarget(target);
    const comparing = equals !== undefined || contains !== undefined;
    if (value !== undefined) {
      if (fits(value)) return undefined;
      const wanted = equals !== undefined ? `equal '${clip(equals)}'` : `contain '${clip(contains ?? '')}'`;
      throw new StepFailed('assertion-failed', `The value should ${wanted} but is '${clip(value)}'.`);
    }
    for (;;) {
      const tab = await context.tab();
      if (url !== undefined && !tab.page.url().includes(url)) {
        if (performance.now() > context.deadline) {
          throw new StepFailed('assertion-failed', `The address has no '${url}'. Page: ${tab.page.url()}`);
        }
        await pause(100, context.signal);
        continue;
      }
      if (!namesElement(target)) return undefined;
      const matches = await allMatches(context, tab, target);
      const visible = matches.filter((match) => match.visible);
      // A field's value may be compared although the field itself is hidden.
      const all = visible.length > 0 ? visible : comparing && is !== 'visible' ? matches : [];
      const chosen = target.nth === undefined ? all : all.slice(target.nth, target.nth + 1);
      const texts = comparing ? await textsOf(context, chosen) : [];
      if (is === 'hidden' ? chosen.length === 0 : comparing ? texts.some(fits) : chosen.length > 0) {
        return undefined;
      }
      if (performance.now() > context.deadline) {
        const where = `Page: ${tab.page.url()}`;
        if (is === 'hidden')
          throw new StepFailed('assertion-failed', `The ${what} is still visible. ${where}`);
        if (chosen.length === 0) {
          const hint = context.brief ? '' : await suggestions(context, tab, target);
          const problem = matches.length > 0 ? `The ${what} is not visible.` : `No ${what} on the page.`;
          throw new StepFailed('assertion-failed', `${problem}${hint ? ` ${hint}` : ''} ${where}`);
        }
        const wanted = equals !== undefined ? `equal '${clip(equals)}'` : `contain '${clip(contains ?? '')}'`;
        const seen = texts.slice(0, 3).map((text) => `'${clip(text)}'`);
        throw new StepFailed(
          'assertion-failed',
          `The ${what} should ${wanted} but is ${seen.join(', ')}. ${where}`,
        );
      }
      await pause(100, context.signal);
    }

    function fits(text: string): boolean {
      const read = squeeze(text);
      if (equals !== undefined && read !== squeeze(equals)) return false;
      return contains === undefined || read.includes(squeeze(contains));
    }
  },
});

async function textsOf(context: ToolContext, matches: Match[]): Promise<string[]> {
  const texts = [];
  for (const { locator } of matches.slice(0, 30)) {
    try {
      const element = await until(context.signal, locator.elementHandle({ timeout: 500 }));
      if (element) texts.push(await until(context.signal, readText(element as never)));
    } catch {
      // It went away meanwhile: the next look decides.
      context.signal.throwIfAborted();
    }
  }
  return texts;
}

const squeeze = (text: string) => text.replace(/\s+/g, ' ').trim();
const clip = (text: string) => (text.length > 120 ? `${text.slice(0, 119)}…` : text);
