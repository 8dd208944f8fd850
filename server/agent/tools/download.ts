import { describeTarget } from '../../../shared/step-summary.ts';
import { until } from '../abortable.ts';
import { clickElement } from '../click-element.ts';
import { findOne } from '../find.ts';
import { StepFailed } from '../step-error.ts';
import { defineTool } from '../tool.ts';

/** From the click until the download begins. */
const BEGIN_MS = 15_000;

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
      const begun = await until(signal, watch.begun(BEGIN_MS));
      if (!begun) {
        const problem = `No download began within ${BEGIN_MS / 1000} seconds of the click.`;
        throw new StepFailed('no-download', `${problem} Page: ${tab.page.url()}`);
      }
      const { fileName, url, bytes } = await watch.finished(begun, signal);
      const name = as ?? `download-${index}`;
      await artifacts.saveFile(sessionId, taskId, name, { fileName, bytes });
      const file = `/api/sessions/${sessionId}/tasks/${taskId}/files/${name}`;
      return { result: { [name]: { file, fileName, bytes: bytes.length, source: url } } };
    } finally {
      await watch.stop();
    }
  },
});
