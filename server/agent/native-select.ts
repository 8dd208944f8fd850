import type { ElementHandle } from 'playwright-core';
import { pause, until } from './abortable.ts';
import type { Tab } from './agent-browser.ts';
import { settled } from './settle.ts';
import { StepFailed } from './step-error.ts';
import type { ToolContext } from './tool-context.ts';

/** Chooses the option with this label or value: as written, else without regard to case, else the only part. */
export async function selectNative(
  context: ToolContext,
  tab: Tab,
  select: ElementHandle<HTMLSelectElement>,
  wanted: string,
): Promise<void> {
  for (;;) {
    const options = await until(
      context.signal,
      select.evaluate((list) =>
        [...list.options].map(({ label, value, text, disabled, selected }) => ({
          label: label || text,
          value,
          disabled,
          selected: list.multiple && selected,
        })),
      ),
    );
    const index = bestOption(
      options.map((option) => [option.label, option.value]),
      wanted,
    );
    if (index !== null && !options[index]?.disabled) {
      // A list of several keeps what is chosen already.
      const chosen = options.flatMap(({ selected }, at) => (selected && at !== index ? [{ index: at }] : []));
      const choose = () => select.selectOption([...chosen, { index }], { timeout: 2_000, force: true });
      const about = { kind: 'select', element: select, value: wanted } as const;
      await settled(context, tab.page, () => context.act(tab, choose, about));
      return;
    }
    if (performance.now() > context.deadline - 10_000) {
      const names = options.slice(0, 15).map((option) => `'${option.label.trim()}'`);
      const problem =
        index === null ? `There is no option '${wanted}'` : `The option '${wanted}' is disabled`;
      throw new StepFailed(
        'no-such-option',
        `${problem}. Options: ${names.join(', ')}. Page: ${tab.page.url()}`,
      );
    }
    // Lists that depend on another field are often filled a moment later.
    await pause(100, context.signal);
  }
}

/** What a text field suggests, as the browser draws it: the suggestion's own value, or null. */
export async function suggestedValue(
  context: ToolContext,
  field: ElementHandle<HTMLElement>,
  wanted: string,
): Promise<string | null> {
  const options = await until(
    context.signal,
    field.evaluate((node) =>
      node instanceof HTMLInputElement
        ? [...(node.list?.options ?? [])].map(({ label, value }) => ({ label, value }))
        : [],
    ),
  );
  const index = bestOption(
    options.map(({ label, value }) => [label, value]),
    wanted,
  );
  return index === null ? null : (options[index]?.value ?? null);
}

/** Each option is known by several texts; null when none, or more than one by part only, fits. */
export function bestOption(options: readonly (readonly string[])[], wanted: string): number | null {
  const plain = (text: string) => text.replace(/\s+/g, ' ').trim();
  const lower = (text: string) => plain(text).toLowerCase();
  const tests: ((text: string) => boolean)[] = [
    (text) => plain(text) === plain(wanted),
    (text) => lower(text) === lower(wanted),
  ];
  for (const test of tests) {
    const index = options.findIndex((texts) => texts.some(test));
    if (index >= 0) return index;
  }
  const parts = options.flatMap((texts, index) =>
    texts.some((text) => lower(text).includes(lower(wanted))) ? [index] : [],
  );
  return parts.length === 1 ? (parts[0] ?? null) : null;
}
