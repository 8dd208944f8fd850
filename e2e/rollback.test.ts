import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { type RunningServer, startServer } from '../server/testing/running-server.ts';
import { buySession, openControl, openPicture } from '../server/testing/visitor.ts';
import type { SignedIn } from '../shared/api.ts';
import { lastingPids } from './desktop-pids.ts';
import { withDatabase } from './server-database.ts';
import { makeTwoReleases, type TwoReleases } from './two-releases.ts';

let releases: TwoReleases;
test.beforeAll(async () => {
  releases = await makeTwoReleases();
});
test.afterAll(() => rm(releases.dir, { recursive: true, force: true }));

/** `npm run rollback` without npm: its exit code and its words. */
async function rollBack(server: RunningServer, ...flags: string[]) {
  const { port } = new URL(server.url);
  const env = { ...process.env, DATA_DIR: server.dataDir, PORT: port };
  const child = execFile(process.execPath, ['scripts/rollback.ts', ...flags], { cwd: releases.dir, env });
  let words = '';
  child.stderr?.on('data', (text) => {
    words += text;
  });
  const [code] = await once(child, 'close');
  return { code: code as number, words };
}

const executed = async (server: RunningServer) => {
  const rows = await withDatabase(server, (query) => query('SELECT name FROM kysely_migration'));
  return rows.map(({ name }) => String(name));
};

test('[OPS-5] rollback: the earlier release takes over a live session with its browser and its sign-in', async () => {
  const { dir, git, newer } = releases;
  const env = { WARM_DESKTOPS: '0', LOG_LEVEL: 'info' };
  const first = await startServer(env, undefined, { root: dir });
  let second: RunningServer | undefined;
  try {
    const visitor = await buySession(first);
    await openControl(first, visitor);
    const pids = await lastingPids(first);
    expect(pids.length).toBeGreaterThan(3);

    expect(await rollBack(first)).toMatchObject({ code: 1, words: expect.stringContaining('Stop it first') });
    await first.kill('SIGTERM');
    const tooOld = { code: 1, words: expect.stringContaining('too old to run on this schema') };
    expect(await rollBack(first, '--to', 'main~2')).toMatchObject(tooOld);
    const rolledBack = await rollBack(first);
    expect(rolledBack).toMatchObject({ code: 0, words: expect.stringContaining('This checkout is at') });
    expect(git('log', '-1', '--format=%s')).toBe('earlier');

    const ports = { PORT: new URL(first.url).port, STRIPE_SANDBOX_PORT: new URL(first.sandboxUrl).port };
    second = await startServer({ ...env, ...ports }, first.dataDir, { root: dir });
    const server = { ...second, url: first.url };
    expect(await executed(server)).toEqual(expect.arrayContaining(newer));
    const { sessionId } = visitor;
    const refreshed = await visitor.browser.post<SignedIn>('/api/auth/refresh', { sessionId });
    expect(refreshed).toMatchObject({ status: 200, body: { session: { id: sessionId, status: 'live' } } });
    const control = await openControl(server, visitor);
    const picture = await openPicture(server, visitor);
    expect(await lastingPids(first)).toEqual(pids);
    expect(second.errors()).toEqual([]);
    await second.kill('SIGTERM');
    expect((await control.closed).code).toBe(1012);
    expect((await picture.closed).code).toBe(1012);

    for (const flags of [['--down'], []]) {
      git('switch', '--quiet', 'main');
      const { code, words } = await rollBack(first, ...flags);
      expect(code).toBe(0);
      // The second time there is nothing left that the earlier release does not know.
      expect(words.includes(newer.join(', '))).toBe(flags.length > 0);
    }
  } finally {
    await (second ?? first).stop();
  }
});
