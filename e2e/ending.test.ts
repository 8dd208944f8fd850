import { expect, test } from '@playwright/test';
import { type RunningServer, startServer } from '../server/testing/running-server.ts';
import { buySession, openControl, openPicture, tellStripe } from '../server/testing/visitor.ts';
import { alive, desktopFolders, desktopPids, lastingPids, until } from './desktop-pids.ts';

const cold = { WARM_DESKTOPS: '0', LOG_LEVEL: 'info' };

test('[SES-2] the owner ends it: sockets, processes and files are gone, and the row says so', async () => {
  const server = await startServer(cold);
  try {
    const visitor = await buySession(server);
    const control = await openControl(server, visitor);
    const picture = await openPicture(server, visitor);
    const pids = await desktopPids(server);
    expect(pids.length).toBeGreaterThan(8);

    const begun = Date.now();
    const answer = await visitor.browser.post(`/api/sessions/${visitor.sessionId}/end`, {}, visitor.bearer);
    expect(answer.status).toBe(202);
    for (const { code, reason, at } of await Promise.all([control.closed, picture.closed])) {
      expect({ code, reason }).toEqual({ code: 4410, reason: 'ended-by-owner' });
      expect(at - begun).toBeLessThan(1_000);
    }
    await until(2_000, async () => (await alive(pids)).length === 0);
    await until(5_000, async () => (await desktopFolders(server)).length === 0);
    await until(1_000, async () => server.log.some(({ event }) => event === 'session.released'));
    expect(server.errors()).toEqual([]); // [UI-5]
  } finally {
    await server.stop();
  }
});

test('[PAY-9] the money goes back: sockets, processes and files are gone within 5 s', async () => {
  const server = await startServer(cold);
  try {
    const visitor = await buySession(server);
    const streams = [await openControl(server, visitor), await openPicture(server, visitor)];
    const pids = await desktopPids(server);
    const begun = Date.now();
    await tellStripe(server, 'refund', { checkoutSession: visitor.checkoutSessionId });
    for (const { code, reason } of await Promise.all(streams.map(({ closed }) => closed)))
      expect({ code, reason }).toEqual({ code: 4410, reason: 'refunded' });
    await until(5_000, async () => (await alive(pids)).length === 0);
    await until(5_000, async () => (await desktopFolders(server)).length === 0);
    expect(Date.now() - begun).toBeLessThan(5_000);
    expect(server.errors()).toEqual([]); // [UI-5]
  } finally {
    await server.stop();
  }
});

test('[SES-4] kill -9 of the server: the same Chromium, and the viewer is back after the restart', async () => {
  const first = await startServer(cold);
  let second: RunningServer | undefined;
  try {
    const visitor = await buySession(first);
    await openControl(first, visitor);
    const pids = await lastingPids(first);
    expect(pids.length).toBeGreaterThanOrEqual(4);
    const begun = Date.now();
    await first.kill('SIGKILL');
    const { port } = new URL(first.url);
    second = await startServer({ ...cold, PORT: port }, first.dataDir);
    await openPicture({ ...second, url: first.url }, visitor);
    expect(Date.now() - begun).toBeLessThan(10_000);
    expect(await lastingPids(first)).toEqual(pids);
    expect(second.errors()).toEqual([]);
  } finally {
    await (second ?? first).stop();
  }
});
