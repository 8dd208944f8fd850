import type { Target } from '../../shared/target.ts';
import { until } from './abortable.ts';
import type { Tab } from './agent-browser.ts';
import { lineAbout } from './page-snapshot.ts';
import { webFrames } from './pdf/pdf-tab.ts';
import type { ToolContext } from './tool-context.ts';

const SNAPSHOT_TIMEOUT_MS = 2_000;
const MAX_SHOWN = 10;
const FIELD_ROLES = [
  'textbox',
  'searchbox',
  'combobox',
  'checkbox',
  'radio',
  'spinbutton',
  'slider',
  'switch',
];

/** "Buttons on the page: 'Save', 'Cancel'": what the author may have meant; empty when nothing is alike. */
export async function suggestions(context: ToolContext, tab: Tab, target: Target): Promise<string> {
  if (target.css !== undefined) return '';
  if (target.placeholder !== undefined) {
    return list('Placeholders on the page', await placeholders(context, tab));
  }
  const named = await namedElements(context, tab);
  const namesOf = (roles: readonly string[]) =>
    named.filter(({ role }) => roles.includes(role)).map(({ name }) => name);
  if (target.role !== undefined) {
    const names = namesOf([target.role]);
    return names.length === 0 ? `There is no named ${target.role} at all.` : list(plural(target.role), names);
  }
  if (target.label !== undefined) return list('Fields on the page', namesOf(FIELD_ROLES));
  return list('Buttons and links on the page', namesOf(['button', 'link', 'tab', 'menuitem']));
}

const plural = (role: string) =>
  `${role[0]?.toUpperCase()}${role.slice(1)}${/[xsh]$/.test(role) ? 'es' : 's'} on the page`;

function list(title: string, names: string[]): string {
  const unique = [...new Set(names)];
  if (unique.length === 0) return '';
  const shown = unique.slice(0, MAX_SHOWN).map((name) => `'${name.slice(0, 60)}'`);
  const more = unique.length > MAX_SHOWN ? ` and ${unique.length - MAX_SHOWN} more` : '';
  return `${title}: ${shown.join(', ')}${more}.`;
}

/** Roles and names from the accessibility snapshot; the values in it, passwords among them, are dropped. */
async function namedElements(context: ToolContext, tab: Tab): Promise<{ role: string; name: string }[]> {
  const found: { role: string; name: string }[] = [];
  for (const frame of webFrames(tab.page).slice(0, 5)) {
    const text = await quietly(
      context,
      frame.locator('body').ariaSnapshot({ timeout: SNAPSHOT_TIMEOUT_MS }),
      '',
    );
    for (const line of text.split('\n')) {
      const about = lineAbout(line);
      if (about?.name) found.push(about);
    }
  }
  return found;
}

async function placeholders(context: ToolContext, tab: Tab): Promise<string[]> {
  const all = tab.page
    .locator('[placeholder]')
    .evaluateAll((elements) => elements.map((element) => element.getAttribute('placeholder') ?? ''));
  return quietly(context, all, []);
}

async function quietly<T>(context: ToolContext, promise: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await until(context.signal, promise);
  } catch {
    context.signal.throwIfAborted();
    return otherwise;
  }
}
