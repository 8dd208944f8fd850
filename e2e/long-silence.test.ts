import { setTimeout as elapsed } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { openBehindFaults } from './broken-network.ts';

test('[RT-5] [VNC-4] a minute of nothing, longer than two heartbeats: live within 3 s of the end', async ({
  browser,
}) => {
  test.setTimeout(150_000);
  const { page, proxy, expectLive, expectQuiet, stop } = await openBehindFaults(browser);
  try {
    proxy.set({ blackhole: 'both' });
    await expect(page.getByText('Reconnecting').first()).toBeVisible({ timeout: 60_000 });
    await elapsed(60_000);
    proxy.heal();
    await expectLive(Date.now(), { pictureMs: 3_000, controlMs: 3_000 });
    expectQuiet();
  } finally {
    await stop();
  }
});
