import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createLog } from '../lib/log.ts';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { connectBrowser } from './agent-browser.ts';

/** Between the click's reaction, which is waited for, and the answer of the page that is navigated to. */
const LEAVES_AFTER_MS = 250;
const ANSWERS_AFTER_MS = 700;

let rig: AgentRig;
let site: Server;
let origin: string;
let wanted = 0;

beforeAll(async () => {
  const leaving = `<!doctype html><button onclick="setTimeout(() => { location = '/elsewhere' }, ${LEAVES_AFTER_MS})">Go</button>`;
  site = createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    if (request.url === '/leaving') response.end(leaving);
    else if (request.url === '/wanted') {
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
