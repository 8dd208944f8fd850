import { expect, test } from '@playwright/test';
import { startServer } from '../server/testing/running-server.ts';
import { buySession, openControl, openPicture } from '../server/testing/visitor.ts';
import { alive, desktopFolders, lastingPids, until } from './desktop-pids.ts';
import { postmaster } from './postmaster.ts';

const cold = { WARM_DESKTOPS: '0', LOG_LEVEL: 'info' };

test('[SES-1] the time is up: the sweep ends it, and every credential is dead a second later', async () => {
  const server = await startServer({ ...cold, SESSION_TTL_MS: '12000' });
  try {
    const visitor = await buySession(server);
    const control = await openControl(server, visitor);
    const picture = await openPicture(server, visitor);
    const end = new Date(visitor.signedIn.session.expiresAt).getTime();
    for (const { code, reason, at } of await Promise.all([control.closed, picture.closed])) {
      expect({ code, reason }).toEqual({ code: 4410, reason: 'expired' });
      expect(at - end).toBeLessThan(1_000); // [AUTH-3]
      expect(at - end).toBeGreaterThan(-1_000);
    }
    await until(5_000, async () => (await desktopFolders(server)).length === 0);
    const refresh = await visitor.browser.post('/api/auth/refresh');
    expect(refresh).toMatchObject({ status: 401, body: { code: 'session-ended', endedReason: 'expired' } });
  } finally {
    await server.stop();
  }
});

test('[SES-1] with server and database dead the supervisor ends it at its deadline', async () => {
  const server = await startServer({ ...cold, SESSION_TTL_MS: '15000' });
  try {
    const visitor = await buySession(server);
    await openControl(server, visitor);
    const pids = await lastingPids(server);
    expect(pids.length).toBeGreaterThanOrEqual(4); // supervisor, sandbox, display, browser
    const database = await postmaster(server);
    await server.kill('SIGKILL');
    process.kill(database, 'SIGQUIT'); // it outlives a killed server
    await until(5_000, async () => (await alive([database])).length === 0);
    expect(await lastingPids(server)).toEqual(pids);
    const end = new Date(visitor.signedIn.session.expiresAt).getTime();
    await until(end - Date.now() + 5_000, async () => (await alive(pids)).length === 0);
    expect(Date.now()).toBeGreaterThan(end - 500);
  } finally {
    await server.stop();
  }
});
