import { once } from 'node:events';
import type { Browser, CDPSession } from 'playwright-core';
import type { HomeFolder } from '../drivers/driver.ts';
import { readInside, TooLarge } from './read-inside.ts';
import { StepFailed } from './step-error.ts';

export const MAX_FILE_BYTES = 50 * 1024 * 1024;

interface Begun {
  guid: string;
  url: string;
  suggestedFilename: string;
}

interface Progress {
  guid: string;
  state: 'inProgress' | 'completed' | 'canceled';
  filePath?: string;
}

interface DownloadWatch {
  /** The download that begins next, or null when none does in time. */
  begun(withinMs: number): Promise<Begun | null>;
  /** @throws {StepFailed} when it is cancelled, too large or cannot be read. */
  finished(begun: Begun, signal: AbortSignal): Promise<{ fileName: string; url: string; bytes: Buffer }>;
  stop(): Promise<void>;
}

/** Hears of downloads; they go to the browser's own folder as ever, so a human's are left alone. */
export interface Downloads {
  watch(): Promise<DownloadWatch>;
}

export function createDownloads(browser: Browser, home: HomeFolder | undefined): Downloads {
  return {
    async watch() {
      const cdp = await browser.newBrowserCDPSession();
      const begun = Promise.withResolvers<Begun>();
      const ended = new Map<string, Progress>();
      cdp.on('Browser.downloadWillBegin', (event) => begun.resolve(event));
      cdp.on('Browser.downloadProgress', (event) => {
        if (event.state !== 'inProgress') ended.set(event.guid, event);
      });
      await cdp.send('Browser.setDownloadBehavior', { behavior: 'default', eventsEnabled: true });
      return {
        begun(withinMs) {
          const timer = Promise.withResolvers<null>();
          const late = setTimeout(() => timer.resolve(null), withinMs);
          return Promise.race([begun.promise, timer.promise]).finally(() => clearTimeout(late));
        },
        async finished({ guid, url, suggestedFilename }, signal) {
          let progress = ended.get(guid);
          while (!progress) {
            await once(cdpEvents(cdp), 'Browser.downloadProgress', { signal });
            progress = ended.get(guid);
          }
          if (progress.state === 'canceled') {
            throw new StepFailed('download-cancelled', `The download of ${suggestedFilename} was cancelled.`);
          }
          return { fileName: suggestedFilename, url: url.slice(0, 2_000), bytes: await read(progress) };
        },
        async stop() {
          await cdp
            .send('Browser.setDownloadBehavior', { behavior: 'default', eventsEnabled: false })
            .catch(() => undefined);
          await cdp.detach().catch(() => undefined);
        },
      };
    },
  };

  async function read({ filePath }: Progress): Promise<Buffer> {
    if (!home || !filePath?.startsWith(`${home.inside}/`)) {
      throw new StepFailed(
        'download-unreadable',
        'The file was saved in the browser but cannot be read from here.',
      );
    }
    try {
      return await readInside(home.outside, filePath.slice(home.inside.length + 1), MAX_FILE_BYTES);
    } catch (error) {
      const problem =
        error instanceof TooLarge
          ? `The file is larger than ${MAX_FILE_BYTES / 1024 / 1024} MB; it is in the browser's downloads.`
          : 'The file was saved in the browser but cannot be read from here.';
      throw new StepFailed('download-unreadable', problem, { cause: error });
    }
  }
}

/** A CDP session emits as Node's emitters do, but its type does not say so. */
function cdpEvents(cdp: CDPSession): NodeJS.EventEmitter {
  return cdp as unknown as NodeJS.EventEmitter;
}
