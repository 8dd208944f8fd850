import { describeTarget } from '../../../shared/step-summary.ts';
import { pause, until } from '../abortable.ts';
import type { Tab } from '../agent-browser.ts';
import { clickElement } from '../click-element.ts';
import { findOne } from '../find.ts';
import { pdfBytes, showsPdf } from '../pdf/pdf-tab.ts';
import { StepFailed } from '../step-error.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool-context.ts';

/** From the click until the download begins. */
const BEGIN_MS = 15_000;
const LOOK_MS = 200;

export const downloadTool = defineTool({
  verb: 'download',
  repeatable: false,
  single: false,
  timeoutMs: 120_000,
  async run(context, { as, ...target }) {
    const { sessionId, taskId, index, signal, artifacts } = context;
    const { tab, element, point } = await findOne(context, target, 'click');
    const watch = await until(signal, context.downloads.watch());
    try {
      await clickElement(context, tab, element, describeTarget(target), { point, kind: 'download' });
      const opened = new AbortController();
      const begun = await until(
        signal,
        Promise.race([watch.begun(BEGIN_MS), openedPdf(context, opened.signal)]),
      ).finally(() => opened.abort());
      if (!begun) {
        const problem = `No download began within ${BEGIN_MS / 1000} seconds of the click.`;
        throw new StepFailed('no-download', `${problem} Page: ${tab.page.url()}`);
      }
      const { fileName, url, bytes } =
        'page' in begun ? await shownFile(begun, signal) : await watch.finished(begun, signal);
      const name = as ?? `download-${index}`;
      await artifacts.saveFile(sessionId, taskId, name, { fileName, bytes });
      const file = `/api/sessions/${sessionId}/tasks/${taskId}/files/${name}`;
      return { result: { [name]: { file, fileName, bytes: bytes.length, source: url } } };
    } finally {
      await watch.stop();
    }
  },
});

/** A browser shows a PDF rather than saving it: then what is shown is what was asked for. */
async function openedPdf(context: ToolContext, over: AbortSignal): Promise<Tab | null> {
  const signal = AbortSignal.any([context.signal, over]);
  for (;;) {
    const tab = await context.anyTab();
    if (await until(signal, showsPdf(tab))) return tab;
    await pause(LOOK_MS, signal);
  }
}

async function shownFile(tab: Tab, signal: AbortSignal) {
  const url = tab.page.url();
  return { fileName: fileNameOf(url), url: url.slice(0, 2_000), bytes: await pdfBytes(tab, signal) };
}

function fileNameOf(url: string): string {
  const last = URL.parse(url)?.pathname.split('/').at(-1) ?? '';
  const name = decoded(last).replace(/\.pdf$/i, '');
  return `${name || 'document'}.pdf`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
