import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLog } from '../lib/log.ts';
import { startTestChromium, type TestChromium } from '../testing/chromium.ts';
import { createBrowsers } from './browsers.ts';

let chromium: TestChromium;

beforeAll(async () => {
  chromium = await startTestChromium();
});
afterAll(() => chromium?.stop());

it('[AGT-1] begins a connection anew after many steps, when nobody uses it: it remembers all that it saw', async () => {
  const desktop = { desktopId: 'dsk_test', rfb: { path: '/nowhere' }, cdp: chromium.cdp };
  const log = createLog('silent', 'json');
  const browsers = createBrowsers({ desktopOf: async () => desktop, log, stepsMax: 2 });
  try {
    const first = await browsers.get('ses_1');
    await browsers.get('ses_1');
    browsers.idle('ses_1');
    expect(await browsers.get('ses_1')).toBe(first); // the third step: still in use
    browsers.idle('ses_1');
    if (!first.lost.aborted) await once(first.lost, 'abort');
    const second = await browsers.get('ses_1');
    expect(second).not.toBe(first);
    expect(second.lost.aborted).toBe(false);
  } finally {
    await browsers.stop();
  }
});
