import { until } from '../abortable.ts';
import { hideHighlight } from '../highlight.ts';
import { defineTool } from '../tool.ts';

export const screenshotTool = defineTool({
  verb: 'screenshot',
  repeatable: true,
  single: false,
  timeoutMs: 15_000,
  async run(context) {
    const { sessionId, taskId, index } = context;
    const tab = await context.tab();
    await until(context.signal, hideHighlight(tab));
    // As it is on the screen: no frozen animations, no other scale, the human may be looking.
    const png = await until(
      context.signal,
      context.picture(tab, () =>
        tab.page.screenshot({ type: 'png', animations: 'allow', caret: 'initial', timeout: 10_000 }),
      ),
    );
    await context.artifacts.saveScreenshot(sessionId, taskId, index, png);
    const url = `/api/sessions/${sessionId}/tasks/${taskId}/screenshots/${index}`;
    const size = { width: png.readUInt32BE(16), height: png.readUInt32BE(20), bytes: png.length };
    return {
      result: { [`screenshot-${index}`]: { screenshot: url, ...size } },
      image: { mimeType: 'image/png', base64: png.toString('base64') },
    };
  },
});
