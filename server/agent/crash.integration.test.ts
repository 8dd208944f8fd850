import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';

let rig: AgentRig;
let site: Server;
let origin: string;

beforeAll(async () => {
  // What is slow never comes.
  site = createServer((request, response) => {
    if (request.url !== '/slow') response.setHeader('content-type', 'text/html').end('<h1>Here</h1>');
  }).listen(0, '127.0.0.1');
  rig = await startAgentRig();
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await rig?.stop();
  site.closeAllConnections();
  site.close();
});

async function crash(sessionId: string): Promise<void> {
  const { page, cdp } = await (await rig.runner.browsers.get(sessionId)).currentTab();
  const crashed = new Promise((resolve) => page.once('crash', resolve));
  cdp?.send('Page.crash').catch(() => undefined);
  await crashed;
}

it('[AGT-6] goes on in another tab when a page has crashed', async () => {
  const sessionId = await rig.newSession();
  await rig.call(sessionId, { navigate: origin });
  await crash(sessionId);
  await rig.call(sessionId, { navigate: origin });
  expect((await rig.call(sessionId, { snapshot: {} })).text).toContain('heading "Here"');
});

it('[AGT-6] says that a page crashed while it was opened', async () => {
  const sessionId = await rig.newSession();
  await rig.call(sessionId, { navigate: origin });
  const taskId = await rig.begin(sessionId, [{ navigate: `${origin}/slow` }]);
  await rig.until(sessionId, taskId, ({ steps }) => steps[0]?.status === 'running');
  await expect
    .poll(async () => new Promise((resolve) => site.getConnections((_, count) => resolve(count))))
    .toBeGreaterThan(0);
  await crash(sessionId);
  const task = await rig.until(sessionId, taskId);
  expect(task.error).toEqual({
    code: 'navigation-failed',
    message: `Could not open ${origin}/slow: the page crashed in the browser.`,
  });
});
