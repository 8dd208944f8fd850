import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLog } from '../lib/log.ts';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { connectBrowser } from './agent-browser.ts';
import { MAX_FILE_BYTES } from './downloads.ts';

let rig: AgentRig;
let site: Server;
let origin: string;
let sessionId: string;

beforeAll(async () => {
  const links = ['endless', 'large', 'small'].map((name) => `<a href="/${name}" download>${name}</a>`);
  site = createServer((request, response) => {
    if (request.url === '/endless')
      response.writeHead(200, { 'content-type': 'application/zip', 'content-length': '9000' }).write('begun');
    else if (request.url === '/large') response.end(Buffer.alloc(MAX_FILE_BYTES + 1));
    else if (request.url === '/small') response.end('small');
    else response.setHeader('content-type', 'text/html').end(`<!doctype html>${links.join(' ')}`);
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  rig = await startAgentRig();
  sessionId = await rig.newSession();
});
afterAll(async () => {
  await rig?.stop();
  site?.closeAllConnections();
  site?.close();
});

it('[AGT-1] says so of a download that a human cancels', async () => {
  const human = await connectBrowser(rig.chromium, createLog('silent', 'json'));
  try {
    const cdp = await human.context.browser()?.newBrowserCDPSession();
    const begun = new Promise<string>((resolve) =>
      cdp?.on('Browser.downloadWillBegin', ({ guid }) => resolve(guid)),
    );
    await cdp?.send('Browser.setDownloadBehavior', { behavior: 'default', eventsEnabled: true });
    await rig.call(sessionId, { navigate: origin });
    const download = rig.call(sessionId, { download: { text: 'endless' } });
    await Promise.all([
      expect(download).rejects.toMatchObject({ code: 'download-cancelled' }),
      begun.then((guid) => cdp?.send('Browser.cancelDownload', { guid })),
    ]);
  } finally {
    await human.close();
  }
});

it('[AGT-1] keeps no file that is too large, or that cannot be read from here', async () => {
  await rig.call(sessionId, { navigate: origin });
  const large = rig.call(sessionId, { download: { text: 'large' } });
  await expect(large).rejects.toThrow(/larger than 50 MB/);
  const { cdp } = rig.chromium;
  const elsewhere = await connectBrowser({ cdp }, createLog('silent', 'json'));
  try {
    const small = rig.call(sessionId, { download: { text: 'small' } }, { browser: elsewhere });
    await expect(small).rejects.toMatchObject({ code: 'download-unreadable' });
  } finally {
    await elsewhere.close();
  }
});
