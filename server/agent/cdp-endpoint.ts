import { get } from 'node:http';
import { z } from 'zod';
import type { Endpoint } from '../drivers/driver.ts';
import { BrowserLost } from './step-error.ts';

const version = z.object({ webSocketDebuggerUrl: z.string() });
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Asks the browser behind a unix socket for its id and returns the URL that Playwright dials. */
export async function browserUrl(endpoint: Endpoint, signal: AbortSignal): Promise<string> {
  const answer = version.safeParse(await askBrowser(endpoint, '/json/version', signal));
  if (!answer.success) throw new BrowserLost('the browser did not name its debugging address');
  const { pathname } = new URL(answer.data.webSocketDebuggerUrl);
  return `ws+unix:${pathOf(endpoint)}:${pathname}`;
}

/** What the browser answers to one of its `/json` addresses. */
export async function askBrowser(endpoint: Endpoint, path: string, signal: AbortSignal): Promise<unknown> {
  return JSON.parse(await fetchText(pathOf(endpoint), path, signal));
}

function pathOf(endpoint: Endpoint): string {
  if (!('path' in endpoint)) throw new BrowserLost('only desktops on this machine can be driven');
  return endpoint.path;
}

function fetchText(socketPath: string, path: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      socketPath,
      path,
      headers: { host: 'localhost' },
      signal,
      agent: false,
    };
    const request = get(options, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) request.destroy(new Error('the answer is too large'));
        chunks.push(chunk);
      });
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}
