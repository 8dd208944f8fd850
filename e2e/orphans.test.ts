import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import pg from 'pg';
import { startEmbeddedPostgres } from '../server/db/embedded.ts';
import { createLocalDriver } from '../server/drivers/local/local-driver.ts';
import { createLog } from '../server/lib/log.ts';
import { type RunningServer, startServer } from '../server/testing/running-server.ts';
import { buySession, openControl, openPicture } from '../server/testing/visitor.ts';

let server: RunningServer;

test.beforeEach(async () => {
  server = await startServer({ WARM_DESKTOPS: '0' });
});
test.afterEach(() => server.stop());

const desktopFolders = () => readdir(join(server.dataDir, 'desktops'));
const reports = () => createLocalDriver({ dataDir: server.dataDir, log: createLog('silent', 'json') }).list();
const noDesktopLeft = (timeout: number) => expect.poll(desktopFolders, { timeout }).toEqual([]);

async function query(text: string, values: unknown[] = []): Promise<void> {
  const postgres = await startEmbeddedPostgres(join(server.dataDir, 'postgres'));
  const client = new pg.Client(postgres.url());
  await client.connect();
  await client.query(text, values);
  await client.end();
}

test('[SES-8] the supervisor is killed: the same desktop is back within 10 s, the session goes on', async () => {
  const visitor = await buySession(server);
  const control = await openControl(server, visitor);
  const [report] = await reports();
  const begun = Date.now();
  process.kill(report?.pids?.supervisor ?? 0, 'SIGKILL');
  await expect
    .poll(() => server.log.some(({ event }) => event === 'desktop.revived'), { timeout: 10_000 })
    .toBe(true);
  await openPicture(server, visitor);
  expect(Date.now() - begun).toBeLessThan(10_000);
  const [revived] = await reports();
  expect(revived).toMatchObject({ desktopId: report?.desktopId, status: 'ready' });
  expect(control.socket.readyState).toBe(control.socket.OPEN);
});

test('[SES-5] killed while no server looked: the next one brings it back', async () => {
  const visitor = await buySession(server);
  await openControl(server, visitor);
  const [report] = await reports();
  await server.kill('SIGKILL');
  process.kill(report?.pids?.supervisor ?? 0, 'SIGKILL');
  const next = await startServer({ WARM_DESKTOPS: '0', PORT: new URL(server.url).port }, server.dataDir);
  await expect
    .poll(() => next.log.some(({ event }) => event === 'desktop.revived'), { timeout: 15_000 })
    .toBe(true);
  await openPicture({ ...next, url: server.url }, visitor);
  await next.kill('SIGTERM');
});

test('[SES-5] nothing is left to bring back: the session ends as failed, and is cleared', async () => {
  const visitor = await buySession(server);
  const control = await openControl(server, visitor);
  const [report] = await reports();
  await rename(join(server.dataDir, 'desktops', report?.desktopId ?? ''), join(server.dataDir, 'lost'));
  process.kill(report?.pids?.supervisor ?? 0, 'SIGKILL');
  expect(await control.closed).toMatchObject({ code: 4410, reason: 'failed' });
  await noDesktopLeft(5_000);
});

test('[SES-5] a desktop whose row is gone is ended within a minute', async () => {
  const visitor = await buySession(server);
  await openControl(server, visitor);
  await query('DELETE FROM tasks');
  await query('DELETE FROM events');
  await query('DELETE FROM sessions WHERE id = $1', [visitor.sessionId]);
  expect(await desktopFolders()).toHaveLength(1);
  await noDesktopLeft(60_000);
  expect(server.log.some(({ event }) => event === 'desktop.orphan-ended')).toBe(true);
});
