import { setTimeout as elapsed } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import type { Faults } from '../server/testing/fault-proxy.ts';
import { type BrokenNetwork, openBehindFaults } from './broken-network.ts';

/** One page of a real browser behind a network that we break, fault after fault. */
let network: BrokenNetwork;

test.beforeAll(async ({ browser }) => {
  network = await openBehindFaults(browser);
});
test.afterAll(() => network?.stop());
test.afterEach(() => network.expectQuiet());

const HEALED = { pictureMs: 1_000, controlMs: 3_000 };
/** Round trips of a handshake on a bad line take their time; the page must be live all the same. */
const ON_A_BAD_LINE = { pictureMs: 3_000, controlMs: 3_000 };

const lines: [string, Partial<Faults>][] = [
  ['80 ms', { latencyMs: 40 }],
  ['300 ms', { latencyMs: 150 }],
  ['jitter', { latencyMs: 20, jitterMs: 80 }],
  ['1 Mbit/s', { bytesPerSecond: 125_000 }],
  ['single bytes', { sliceBytes: 1 }],
];
for (const [name, faults] of lines) {
  test(`[RT-5] [VNC-4] a reset on a line with ${name}, and after it has healed`, async () => {
    const { proxy, expectLive } = network;
    proxy.set(faults);
    proxy.cut();
    await expectLive(Date.now(), ON_A_BAD_LINE);
    proxy.heal();
    await expectLive(Date.now(), HEALED);
  });
}

test('[RT-5] [VNC-4] a reset, and another one', async () => {
  for (let round = 0; round < 2; round++) {
    network.proxy.cut();
    await network.expectLive(Date.now(), HEALED);
  }
});

test('[RT-8] 30 reconnects leave nothing behind in the page', async () => {
  const { page, proxy, watch } = network;
  const devtools = await page.context().newCDPSession(page);
  const counts = async () => {
    await expect(page.getByText('Connected', { exact: true })).toBeVisible();
    await expect(page.getByText('Reconnecting')).toHaveCount(0);
    // Nodes that a script held are let go by the collection after.
    for (let round = 0; round < 3; round++) await devtools.send('HeapProfiler.collectGarbage');
    const { nodes, jsEventListeners } = await devtools.send('Memory.getDOMCounters');
    const { usedSize } = await devtools.send('Runtime.getHeapUsage');
    return { nodes, jsEventListeners, usedSize };
  };
  const reconnect = async () => {
    proxy.cut();
    await watch.movesAgain();
  };
  for (let round = 0; round < 5; round++) await reconnect(); // what is made once is no leak
  const before = await counts();
  for (let round = 0; round < 30; round++) await reconnect();
  const after = await counts();
  console.log(`    before ${JSON.stringify(before)}, after ${JSON.stringify(after)}`);
  expect(after.nodes).toBeLessThan(before.nodes + 30); // less than one each
  expect(after.jsEventListeners).toBeLessThan(before.jsEventListeners + 30);
  expect(after.usedSize).toBeLessThan(before.usedSize + 5 * 1024 * 1024);
});

const blackholes: [string, Faults['blackhole'], number][] = [
  ['5 s of nothing', 'both', 5_000],
  ['5 s without the server’s answers', 'to-client', 5_000],
  ['5 s without the page’s words', 'to-server', 5_000],
  ['20 s of nothing', 'both', 20_000],
];
for (const [name, blackhole, forMs] of blackholes) {
  test(`[RT-5] [VNC-4] ${name}`, async () => {
    test.setTimeout(forMs + 60_000);
    const { proxy, expectLive } = network;
    proxy.set({ blackhole });
    await elapsed(forMs);
    proxy.heal();
    await expectLive(Date.now(), HEALED);
  });
}
