import type { ElementHandle } from 'playwright-core';
import { until } from './abortable.ts';
import type { Tab } from './agent-browser.ts';
import { pageSnapshot } from './page-snapshot.ts';
import { StepFailed } from './step-error.ts';
import type { ToolContext } from './tool-context.ts';

const TIMEOUT_MS = 2_000;

/**
 * The element that a snapshot called `ref`. Numbers start over with a new document or connection, so the page is
 * read again and the reference must still mean the same role and name.
 */
export async function elementOfRef(
  context: ToolContext,
  ref: string,
): Promise<{ tab: Tab; element: ElementHandle<HTMLElement> }> {
  const tab = await context.tab();
  const meant = tab.refs.get(ref);
  if (meant === undefined) throw stale(ref, 'is not in the newest snapshot of this page', tab);
  const line = (await pageSnapshot(context, tab)).find((one) => one.ref === ref);
  if (line?.about !== meant) throw stale(ref, `(${meant}) is not on the page any more`, tab);
  try {
    const handle = tab.page.getByRef(ref).elementHandle({ timeout: TIMEOUT_MS });
    return { tab, element: (await until(context.signal, handle)) as ElementHandle<HTMLElement> };
  } catch (error) {
    context.signal.throwIfAborted();
    throw stale(ref, `(${meant}) went away`, tab, error);
  }
}

function stale(ref: string, problem: string, tab: Tab, cause?: unknown): StepFailed {
  const message = `The element ${ref} ${problem}; take a new snapshot. Page: ${tab.page.url()}`;
  return new StepFailed('stale-ref', message, { cause });
}
