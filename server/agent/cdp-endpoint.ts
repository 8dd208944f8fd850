import { get } from 'node:http';
import { z } from 'zod';
import type { Endpoint } from '../drivers/driver.ts';
import { BrowserLost } from './step-error.ts';

const version = z.object({ webSocketDebuggerUrl: z.string() });
const MAX_ANSWER_BYTES = 64 * 1024;

/** Asks the browser behind a unix socket for its id and returns the URL that Playwright dials. */
export async function browserUrl(endpoint: Endpoint, signal: AbortSignal): Promise<string> {
  if (!('path' in endpoint)) throw new BrowserLost('only desktops on this machine can be driven');
  const answer = version.safeParse(JSON.parse(await fetchVersion(endpoint.path, signal)));
  if (!answer.success) throw new BrowserLost('the browser did not name its debugging address');
  const { pathname } = new URL(answer.data.webSocketDebuggerUrl);
  return `ws+unix:${endpoint.path}:${pathname}`;
}

function fetchVersion(socketPath: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      socketPath,
      path: '/json/version',
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
