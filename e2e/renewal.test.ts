import { expect, test } from '@playwright/test';
import { startServer } from '../server/testing/running-server.ts';
import { fillCard, startCheckout } from './pay.ts';
import { RemoteScreen } from './remote-screen.ts';

const TOKEN_MS = 10_000;
const LIVES = 3;

test('[AUTH-6] over three token lives no socket drops; a withheld renewal ends the picture with 4401', async ({
  page,
}) => {
  const server = await startServer({ ACCESS_TOKEN_MS: String(TOKEN_MS) });
  try {
    const opened: string[] = [];
    const provedAtMs: number[] = [];
    page.on('websocket', (socket) => {
      opened.push(new URL(socket.url()).pathname.split('/')[1] ?? '');
      socket.on('framereceived', ({ payload }) => {
        if (String(payload).includes('"auth_ok"')) provedAtMs.push(Date.now());
      });
    });
    await page.goto(server.url);
    await startCheckout(page);
    await fillCard(page);
    await page.waitForURL(/\/s\/ses_/, { timeout: 15_000 });
    await new RemoteScreen(page).shown();

    const provedForMs = () => (provedAtMs.at(-1) ?? 0) - (provedAtMs[0] ?? 0);
    await expect.poll(provedForMs, { timeout: 60_000 }).toBeGreaterThan(LIVES * TOKEN_MS);
    expect(opened.toSorted()).toEqual(['vnc', 'ws']);

    await page.route('**/api/auth/refresh', (route) => route.abort());
    const lapsed = (event: string) => server.log.find((line) => line.event === event && line.code === 4401);
    await expect.poll(() => lapsed('vnc.disconnected'), { timeout: TOKEN_MS + 5_000 }).toBeTruthy();
    expect(Date.now() - (provedAtMs.at(-1) ?? 0)).toBeLessThan(TOKEN_MS + 5_000);
    expect(lapsed('control.disconnected')).toBeTruthy();

    await page.unroute('**/api/auth/refresh');
    await expect(page.getByText('Connected', { exact: true })).toBeVisible({ timeout: 20_000 });
    await new RemoteScreen(page).shown();
    expect(server.errors()).toEqual([]);
  } finally {
    await server.stop();
  }
});
