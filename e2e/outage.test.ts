import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { startEmbeddedPostgres } from '../server/db/embedded.ts';
import { processTree } from '../server/testing/processes.ts';
import { type RunningServer, startServer } from '../server/testing/running-server.ts';
import { buySession, openControl, openPicture, type Visitor } from '../server/testing/visitor.ts';
import type { Problem } from '../shared/problem.ts';
import { lastingPids } from './desktop-pids.ts';
import { postmaster } from './postmaster.ts';

const OUTAGE_MS = 30_000;

let server: RunningServer;
let visitor: Visitor;

test.beforeEach(async () => {
  server = await startServer({ WARM_DESKTOPS: '0' });
  visitor = await buySession(server);
});
test.afterEach(() => server.stop());

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
  const pids = await lastingPids(server);

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
  expect(await lastingPids(server)).toEqual(pids); // [SES-5] nothing is reaped meanwhile
  expect(server.log.some(({ level, err }) => level === 'warn' && err !== undefined)).toBe(true); // [OPS-1]

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
      const pid = await postmaster(server);
      process.kill(pid, 'SIGQUIT');
      await expect.poll(async () => (await processTree(pid)).length).toBe(0);
    },
    async () => void (await startEmbeddedPostgres(join(server.dataDir, 'postgres'))),
  );
});

test('[OPS-3] a database that freezes for 30 s: queries end, streams go on, healed within 5 s', async () => {
  const pid = await postmaster(server);
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
  const mute = await openControl(server, visitor);
  mute.socket.pause(); // never answers the close frame: the drain waits for it
  const begun = Date.now();
  const stopped = server.kill('SIGTERM');
  await expect
    .poll(() => health('/readyz'), { timeout: 1_000, intervals: [20] })
    .toMatchObject({ status: 503, words: expect.stringContaining('draining') });
  await stopped;
  expect(Date.now() - begun).toBeLessThan(10_000);
  mute.socket.terminate();
  expect((await control.closed).code).toBe(1012);
  expect((await picture.closed).code).toBe(1012);
  expect(server.log.at(-1)).toMatchObject({ event: 'server.stopped', survivors: 1 });

  const next = await startServer({ WARM_DESKTOPS: '0', PORT: new URL(server.url).port }, server.dataDir);
  await openPicture({ ...next, url: server.url }, visitor);
  expect(next.errors()).toEqual([]);
  await next.kill('SIGTERM');
});

test('[OPS-1] every line is JSON with a time, a level and an event; sockets, desktops and calls say whose', async () => {
  const streams = [await openControl(server, visitor), await openPicture(server, visitor)];
  for (const { socket } of streams) socket.close();
  const { browser, sessionId, bearer } = visitor;
  const missing = await browser.get<Problem>(`/api/sessions/${sessionId}/tasks/tsk_none`, bearer);
  expect(missing.status).toBe(404);
  const line = (event: string) => server.log.findLast((one) => one.event === event) ?? { level: '' };
  const ids = { sessionId, agentId: visitor.signedIn.session.agentId, userId: line('session.live').userId };
  expect(line('session.live')).toMatchObject({ ...ids, userId: expect.stringMatching(/^buy_/) });
  for (const socket of ['control', 'vnc']) {
    await expect.poll(() => line(`${socket}.disconnected`)).toMatchObject({ code: 1005 });
    const came = line(`${socket}.connected`);
    expect(came).toMatchObject({ ...ids, requestId: expect.stringMatching(/^[\da-f-]{36}$/) });
    const { requestId } = came;
    const went = { ...ids, requestId, durationMs: expect.any(Number) };
    expect(line(`${socket}.disconnected`)).toMatchObject(went);
  }
  const call = () => server.log.find(({ requestId }) => requestId === missing.body.requestId);
  const called = { ...ids, event: 'http.request', status: 404, durationMs: expect.any(Number) };
  await expect.poll(call).toMatchObject(called);
  const claims = server.log.filter(({ route, status }) => route === '/api/checkout/claim' && status === 200);
  expect(claims).toEqual([expect.objectContaining(ids)]);

  expect(server.log.length).toBeGreaterThan(5);
  for (const line of server.log) {
    expect(line).toMatchObject({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      level: expect.stringMatching(/^(fatal|error|warn|info|debug|trace)$/),
      event: expect.stringMatching(/^[a-z-]+\.[a-z-]+$/),
    });
  }
});
