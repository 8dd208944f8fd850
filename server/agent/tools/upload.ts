import type { ElementHandle, FileChooser, Page } from 'playwright-core';
import { describeTarget } from '../../../shared/step-summary.ts';
import { until } from '../abortable.ts';
import { clickElement } from '../click-element.ts';
import { dropFiles } from '../drop-files.ts';
import { findOne } from '../find.ts';
import { settled } from '../settle.ts';
import { StepFailed } from '../step-error.ts';
import { defineTool } from '../tool.ts';
import { uploadFiles } from '../upload-files.ts';

const CHOOSER_MS = 2_000;
const FILL_MS = 5_000;

export const uploadTool = defineTool({
  verb: 'upload',
  repeatable: false,
  single: false,
  timeoutMs: 30_000,
  async run(context, { files, ...target }) {
    const payload = await uploadFiles(context, files);
    const { tab, element } = await findOne(context, target, 'read');
    const about = { kind: 'upload', value: payload.map(({ name }) => name).join(', ') } as const;
    const input = await fileInput(element);
    if (input) {
      const put = () => input.setInputFiles(payload, { timeout: FILL_MS });
      await settled(context, tab.page, () => context.act(tab, put, { ...about, element: input }));
      return undefined;
    }
    const chooser = nextChooser(tab.page);
    try {
      await clickElement(context, tab, element, describeTarget(target), { kind: 'upload' });
      const opened = await until(context.signal, chooser.opened);
      if (!opened) {
        if (await drop(element)) return undefined;
        const problem = `The ${describeTarget(target)} is no file field, opens no choice of files and takes none that are dropped on it.`;
        throw new StepFailed('cannot-upload', `${problem} Page: ${tab.page.url()}`);
      }
      if (payload.length > 1 && !opened.isMultiple()) throw tooMany(describeTarget(target));
      const put = () => opened.setFiles(payload, { timeout: FILL_MS });
      await settled(context, tab.page, () => context.act(tab, put, { ...about, element: opened.element() }));
    } finally {
      chooser.stop();
    }
    return undefined;

    async function drop(node: ElementHandle<HTMLElement>): Promise<boolean> {
      let taken = false;
      const files = payload.map(({ buffer, ...file }) => ({ ...file, base64: buffer.toString('base64') }));
      const letGo = async () => {
        taken = await node.evaluate(dropFiles, files);
      };
      await settled(context, tab.page, () => context.act(tab, letGo, { ...about, element: node }));
      return taken;
    }

    async function fileInput(node: ElementHandle<HTMLElement>) {
      const handle = await until(context.signal, node.evaluateHandle(fileInputOf));
      const found = handle.asElement();
      if (!found || payload.length === 1) return found;
      const several = await until(
        context.signal,
        found.evaluate((field) => field.multiple),
      );
      if (!several) throw tooMany(describeTarget(target));
      return found;
    }
  },
});

const tooMany = (what: string) => new StepFailed('cannot-upload', `The ${what} takes one file only.`);

/** Runs in the page: must not use anything from outside its body. */
function fileInputOf(node: HTMLElement): HTMLInputElement | null {
  const isFile = (one: Element | null): one is HTMLInputElement =>
    one instanceof HTMLInputElement && one.type === 'file';
  if (isFile(node)) return node;
  if (node instanceof HTMLLabelElement && isFile(node.control)) return node.control;
  const label = node.closest('label');
  if (label && isFile(label.control)) return label.control;
  const inside = [...node.querySelectorAll('input[type=file]')].filter(isFile);
  return inside.length === 1 ? (inside[0] ?? null) : null;
}

/** Listening keeps the native window from opening, a human's too: so only for as long as an upload lasts. */
function nextChooser(page: Page): { opened: Promise<FileChooser | null>; stop(): void } {
  const { promise, resolve } = Promise.withResolvers<FileChooser | null>();
  const timer = setTimeout(() => resolve(null), CHOOSER_MS);
  page.on('filechooser', resolve);
  return {
    opened: promise,
    stop() {
      clearTimeout(timer);
      page.off('filechooser', resolve);
      resolve(null);
    },
  };
}
