import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { processTree } from '../server/testing/processes.ts';
import { type RunningServer, startServer } from '../server/testing/running-server.ts';
import { buySession, openControl, openPicture } from '../server/testing/visitor.ts';
import { desktopPids, lastingPids } from './desktop-pids.ts';

const cold = { WARM_DESKTOPS: '0', LOG_LEVEL: 'info' };

const desktopFolders = (server: RunningServer) => readdir(join(server.dataDir, 'desktops'));

/** How long until `check` holds, in ms; fails after `limitMs`. */
async function until(limitMs: number, check: () => Promise<boolean>): Promise<number> {
  const begun = Date.now();
  await expect.poll(check, { timeout: limitMs, intervals: [20] }).toBe(true);
  return Date.now() - begun;
}

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
    await until(2_000, async () => (await Promise.all(pids.map(processTree))).flat().length === 0);
    await until(5_000, async () => (await desktopFolders(server)).length === 0);
    await until(1_000, async () => server.log.some(({ event }) => event === 'session.released'));
    expect(server.errors()).toEqual([]); // [UI-5]
  } finally {
    await server.stop();
  }
});

test('[SES-1] the time is up: the sweep ends it, and every credential is dead a second later', async () => {
  const server = await startServer({ ...cold, SESSION_TTL_MS: '6000' });
  try {
    const visitor = await buySession(server);
    await openControl(server, visitor);
    const picture = await openPicture(server, visitor);
    const end = new Date(visitor.signedIn.session.expiresAt).getTime();
    const { code, reason, at } = await picture.closed;
    expect({ code, reason }).toEqual({ code: 4410, reason: 'expired' });
    expect(at - end).toBeLessThan(1_000);
    expect(at - end).toBeGreaterThan(-1_000);
    await until(5_000, async () => (await desktopFolders(server)).length === 0);
    const refresh = await visitor.browser.post('/api/auth/refresh');
    expect(refresh).toMatchObject({ status: 401, body: { code: 'session-ended', endedReason: 'expired' } });
  } finally {
    await server.stop();
  }
});

test('[SES-1] with server and database dead the supervisor ends it at its deadline', async () => {
  const server = await startServer({ ...cold, SESSION_TTL_MS: '8000' });
  try {
    const visitor = await buySession(server);
    await openControl(server, visitor);
    const pids = await lastingPids(server);
    expect(pids.length).toBeGreaterThanOrEqual(4); // supervisor, sandbox, display, browser
    await server.kill('SIGKILL');
    expect(await lastingPids(server)).toEqual(pids);
    const end = new Date(visitor.signedIn.session.expiresAt).getTime();
    await until(
      end - Date.now() + 5_000,
      async () => (await Promise.all(pids.map(processTree))).flat().length === 0,
    );
    expect(Date.now()).toBeGreaterThan(end - 500);
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
    await first.kill('SIGKILL');
    const { port } = new URL(first.url);
    second = await startServer({ ...cold, PORT: port }, first.dataDir);
    await openPicture({ ...second, url: first.url }, visitor);
    expect(await lastingPids(first)).toEqual(pids);
    expect(second.errors()).toEqual([]);
  } finally {
    await (second ?? first).stop();
  }
});
