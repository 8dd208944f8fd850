import { urlProblem } from '../../../shared/playbook.ts';
import { until } from '../abortable.ts';
import type { Tab } from '../agent-browser.ts';
import { fenced } from '../fence.ts';
import { StepFailed } from '../step-error.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool-context.ts';

const TIMEOUT_MS = 30_000;

interface TabInfo {
  index: number;
  title: string;
  url: string;
  current: boolean;
}

export const tabTool = defineTool({
  verb: 'tab',
  repeatable: false,
  single: true,
  timeoutMs: TIMEOUT_MS,
  async run(context, { switch: wanted, new: url, close }) {
    const current = await context.anyTab();
    if (url !== undefined) await openTab(context, current, url);
    else if (wanted !== undefined) await switchTo(context, await tabCalled(context, wanted));
    else if (close !== undefined) await closeTab(context, await tabCalled(context, close));
    const tabs = await listTabs(context);
    return { result: { tabs }, text: fenced(tabs.map(lineFor).join('\n')) };
  },
});

async function openTab(context: ToolContext, from: Tab, url: string): Promise<void> {
  const problem = urlProblem(url);
  if (problem) throw new StepFailed('address-refused', problem);
  const open = async () => {
    const page = await from.page.context().newPage();
    context.tabs.follow(page);
    await page.goto(url, { waitUntil: 'domcontentloaded', timeout: TIMEOUT_MS }).catch((error: Error) => {
      throw new StepFailed('navigation-failed', `Could not open ${url} in a new tab.`, { cause: error });
    });
  };
  await context.act(from, open, { kind: 'navigate', value: url });
}

async function switchTo(context: ToolContext, tab: Tab): Promise<void> {
  await context.act(tab, (page) => page.bringToFront(), { kind: 'tab' });
  context.tabs.follow(tab.page);
}

async function closeTab(context: ToolContext, tab: Tab): Promise<void> {
  const close = async () => {
    // A browser whose last tab closes goes away itself.
    if (context.tabs.all().length === 1) await tab.page.context().newPage();
    await tab.page.close();
  };
  await context.act(tab, close, { kind: 'tab' });
}

async function tabCalled(context: ToolContext, wanted: number | string): Promise<Tab> {
  const all = context.tabs.all();
  const infos = await listTabs(context);
  const holds = (text: string) => text.toLowerCase().includes(String(wanted).toLowerCase());
  const index =
    typeof wanted === 'number' ? wanted : infos.findIndex((tab) => holds(tab.title) || holds(tab.url));
  const tab = all[index];
  if (tab) return tab;
  const problem = typeof wanted === 'number' ? `There is no tab ${wanted}` : `No tab has '${wanted}'`;
  throw new StepFailed('no-such-tab', `${problem}. Tabs: ${infos.map(lineFor).join('; ')}.`);
}

async function listTabs(context: ToolContext): Promise<TabInfo[]> {
  const current = await context.anyTab();
  const infos = context.tabs.all().map(async (tab, index) => {
    const blocked = (await tab.dialogs.blocking()) !== null;
    const title = blocked ? '' : await tab.page.title().catch(() => '');
    return { index, title: title.slice(0, 200), url: tab.page.url().slice(0, 500), current: tab === current };
  });
  return until(context.signal, Promise.all(infos));
}

const lineFor = ({ index, title, url, current }: TabInfo) =>
  `${index}${current ? ' (current)' : ''}: ${title || 'no title'}, ${url}`;
