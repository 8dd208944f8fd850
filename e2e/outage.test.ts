import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { startEmbeddedPostgres } from '../server/db/embedded.ts';
import { processTree } from '../server/testing/processes.ts';
import { type RunningServer, startServer } from '../server/testing/running-server.ts';
import { buySession, openControl, openPicture, type Visitor } from '../server/testing/visitor.ts';

const OUTAGE_MS = 30_000;

let server: RunningServer;
let visitor: Visitor;

test.beforeEach(async () => {
  server = await startServer({ WARM_DESKTOPS: '0' });
  visitor = await buySession(server);
});
test.afterEach(() => server.stop());

async function postmaster(): Promise<number> {
  const file = join(server.dataDir, 'postgres/data/postmaster.pid');
  return Number((await readFile(file, 'utf8')).split('\n', 1)[0]);
}

async function health(path: '/livez' | '/readyz'): Promise<{ status: number; ms: number; words: string }> {
  const begun = Date.now();
  const response = await fetch(server.url + path);
  return { status: response.status, ms: Date.now() - begun, words: await response.text() };
}

const healed = () => expect.poll(async () => (await health('/readyz')).status, { timeout: 5_000 }).toBe(200);

/** Streams that were open before must be open after; new requests fail soon and say why. */
async function during(outage: () => Promise<void>, recovery: () => Promise<void>): Promise<void> {
  const streams = [await openControl(server, visitor), await openPicture(server, visitor)];
  const closed: number[] = [];
  for (const stream of streams) void stream.closed.then(({ code }) => closed.push(code));

  await outage();
  await expect.poll(async () => (await health('/readyz')).status).toBe(503);
  const begun = Date.now();
  while (Date.now() - begun < OUTAGE_MS) {
    expect((await health('/livez')).status).toBe(200);
    const ready = await health('/readyz');
    expect(ready.status).toBe(503);
    expect(ready.ms).toBeLessThan(3_000);
    expect(ready.words).toContain('does not answer');
    await pause(1_000);
  }
  expect(closed).toEqual([]);

  await recovery();
  await healed();
  await (await openControl(server, visitor)).socket.terminate();
  await (await openPicture(server, visitor)).socket.terminate();
  expect(closed).toEqual([]);
  expect(server.log.filter(({ level }) => level === 'fatal')).toEqual([]);
}

test('[OPS-3] a database that stops for 30 s: nobody crashes, streams go on, healed within 5 s', async () => {
  await during(
    async () => {
      const pid = await postmaster();
      process.kill(pid, 'SIGQUIT');
      await expect.poll(async () => (await processTree(pid)).length).toBe(0);
    },
    async () => void (await startEmbeddedPostgres(join(server.dataDir, 'postgres'))),
  );
});

test('[OPS-3] a database that freezes for 30 s: queries end, streams go on, healed within 5 s', async () => {
  const pid = await postmaster();
  let frozen: number[] = [];
  await during(
    async () => {
      frozen = await processTree(pid);
      for (const each of frozen) process.kill(each, 'SIGSTOP');
    },
    async () => {
      for (const each of frozen) process.kill(each, 'SIGCONT');
    },
  );
});

test('[OPS-4] SIGTERM with viewers: 503, then 1012, out within 10 s, and no session is lost', async () => {
  const control = await openControl(server, visitor);
  const picture = await openPicture(server, visitor);
  const begun = Date.now();
  await server.kill('SIGTERM');
  expect(Date.now() - begun).toBeLessThan(10_000);
  expect((await control.closed).code).toBe(1012);
  expect((await picture.closed).code).toBe(1012);
  expect(server.log.at(-1)).toMatchObject({ event: 'server.stopped', survivors: 1 });

  const next = await startServer({ WARM_DESKTOPS: '0', PORT: new URL(server.url).port }, server.dataDir);
  await openPicture({ ...next, url: server.url }, visitor);
  expect(next.errors()).toEqual([]);
  await next.kill('SIGTERM');
});

test('[OPS-1] every line is JSON with a time, a level and an event', async () => {
  await openControl(server, visitor);
  expect(server.log.length).toBeGreaterThan(5);
  for (const line of server.log) {
    expect(line).toMatchObject({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      level: expect.stringMatching(/^(fatal|error|warn|info|debug|trace)$/),
      event: expect.stringMatching(/^[a-z-]+\.[a-z-]+$/),
    });
  }
});
