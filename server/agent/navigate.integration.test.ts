import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createLog } from '../lib/log.ts';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { connectBrowser } from './agent-browser.ts';
import { ControlLost } from './control-gate.ts';

/** Between the click's reaction, which is waited for, and the answer of the page that is navigated to. */
const LEAVES_AFTER_MS = 250;
const ANSWERS_AFTER_MS = 700;

let rig: AgentRig;
let site: Server;
let origin: string;
let wanted = 0;
let asked = 0;

beforeAll(async () => {
  const leaving = `<!doctype html><button onclick="setTimeout(() => { location = '/elsewhere' }, ${LEAVES_AFTER_MS})">Go</button>`;
  const first = `<!doctype html><h1>First</h1><a href="/wanted">Go on</a> <a href="/wanted" target="_blank">Beside</a>
    <input aria-label="Place" oninput="location = '/wanted'"><select aria-label="Town" onchange="location = '/wanted'"><option>A<option>B</select>`;
  site = createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    if (request.url === '/leaving') response.end(leaving);
    else if (request.url === '/first') response.end(first);
    else if (request.url === '/halves') {
      response.write('<!doctype html><h1>Half</h1>');
      setTimeout(() => response.end('<h2>Whole</h2>'), ANSWERS_AFTER_MS);
    } else if (request.url === '/moved') response.writeHead(302, { location: '/empty' }).end();
    else if (request.url === '/empty') {
      asked += 1;
      response.writeHead(204).end();
    } else if (request.url === '/file') {
      asked += 1;
      response.writeHead(200, { 'content-disposition': 'attachment; filename=a.txt' }).end('a');
    } else if (request.url === '/wanted') {
      wanted += 1;
      setTimeout(() => response.end('<!doctype html><h1>Wanted</h1>'), ANSWERS_AFTER_MS);
    } else response.end('<!doctype html><h1>Elsewhere</h1>');
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  rig = await startAgentRig();
});
afterAll(async () => {
  await rig?.stop();
  site?.closeAllConnections();
  site?.close();
});

beforeEach(() => {
  wanted = 0;
  asked = 0;
});

it('[AGT-2] opens the address though a click before it leads elsewhere only now', async () => {
  const task = await rig.play([
    { navigate: `${origin}/leaving` },
    { click: { role: 'button', name: 'Go' } },
    { navigate: `${origin}/wanted` },
    { assert: { role: 'heading', name: 'Wanted' } },
  ]);
  expect(task.error?.message).toBeUndefined();
  expect(wanted).toBeGreaterThan(1); // the first attempt was overtaken
});

it.each([
  { click: { text: 'Go on' } },
  { click: { text: 'Beside' } },
  { press: 'Enter' },
  { fill: { label: 'Place', value: 'x' } },
  { select: { label: 'Town', option: 'B' } },
])('[AGT-2] the step after %j reads the page that it leads to', async (step) => {
  const sessionId = await rig.newSession();
  await rig.call(sessionId, { navigate: `${origin}/first` });
  await rig.call(sessionId, { press: 'Tab' });
  await rig.call(sessionId, step);
  const { result } = await rig.call(sessionId, { extract: { css: 'h1', as: 'title' } });
  expect(result?.title).toBe('Wanted');
});

it('[AGT-2] an address is open when all of its page is there', async () => {
  const sessionId = await rig.newSession();
  await rig.call(sessionId, { navigate: `${origin}/halves` });
  const { result } = await rig.call(sessionId, { extract: { css: 'body', as: 'text' } });
  expect(result?.text).toMatch(/Half\s+Whole/);
});

it.each([
  ['/file', /it is a file/],
  ['/empty', /an empty answer/],
  ['/empty#part', /an empty answer/],
  ['/moved', /an empty answer/],
])('[AGT-2] asks once for %s, which opens no page', async (path, reason) => {
  const sessionId = await rig.newSession();
  const opening = rig.call(sessionId, { navigate: `${origin}${path}` });
  await expect(opening).rejects.toThrow(reason);
  expect(asked).toBe(1);
});

it.each<[string, () => Promise<string>]>([
  ['there is no such host', async () => 'http://nowhere.invalid/'],
  ['nothing answers at that address', async () => `http://127.0.0.1:${await closedPort()}/`],
  ['its certificate is not valid', async () => origin.replace('http:', 'https:')],
])('[AGT-2] says in words why an address does not open: %s', async (reason, address) => {
  const sessionId = await rig.newSession();
  const opening = rig.call(sessionId, { navigate: await address() });
  await expect(opening).rejects.toThrow(reason);
});

it.each(['file:///etc/hostname', 'javascript:alert(1)', 'chrome://version', 'data:text/html,x'])(
  '[AGT-9] goes to no %s, also when only a variable says so',
  async (there) => {
    for (const step of [{ navigate: '{{there}}' }, { tab: { new: '{{there}}' } }]) {
      const task = await rig.play([{ navigate: `${origin}/elsewhere` }, step], { there });
      expect(task.error?.code).toBe('address-refused');
    }
  },
);

it('[AGT-4] a takeover that only the row tells of is no failure of the address', async () => {
  const human = await connectBrowser(rig.chromium, createLog('silent', 'json'));
  try {
    const { page } = await human.currentTab();
    const sessionId = await rig.newSession();
    const opening = rig.call(sessionId, { navigate: `${origin}/wanted` });
    await expect.poll(() => wanted, { interval: 10 }).toBe(1);
    await rig.sessions.setControl(sessionId, 'human');
    await Promise.all([expect(opening).rejects.toThrow(ControlLost), page.goto(`${origin}/elsewhere`)]);
    expect(wanted).toBe(1);
  } finally {
    await human.close();
  }
});

it('[AGT-4] a human who leads elsewhere meanwhile is not brought back', async () => {
  const human = await connectBrowser(rig.chromium, createLog('silent', 'json'));
  try {
    const { page } = await human.currentTab();
    const sessionId = await rig.newSession();
    const steps = [{ navigate: `${origin}/wanted` }, { waitFor: { text: 'Wanted' } }];
    const taskId = await rig.begin(sessionId, steps);
    await expect.poll(() => wanted, { interval: 10 }).toBe(1);
    await rig.sessions.setControl(sessionId, 'human');
    await page.goto(`${origin}/elsewhere`);
    await rig.until(sessionId, taskId, ({ status }) => status === 'waiting-for-human');
    // Longer than whatever was under way would need to come back.
    const broughtBack = page.waitForURL(`${origin}/wanted`, { timeout: 4 * ANSWERS_AFTER_MS });
    await expect(broughtBack).rejects.toThrow(/Timeout/);
    expect(wanted).toBe(1);
  } finally {
    await human.close();
  }
});

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}
