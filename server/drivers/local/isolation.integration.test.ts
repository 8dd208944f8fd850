import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallPdf } from '../../testing/small-pdf.ts';
import type { Desktop } from '../driver.ts';
import { browserOf } from '../driver-contract.ts';
import { findCgroups } from './cgroups.ts';
import { createLocalDriver } from './local-driver.ts';
import { makeDataDir, quietLog, treeOf } from './local-testing.ts';

const run = promisify(execFile);
const asRoot = process.getuid?.() === 0;

interface Tenant {
  desktop: Desktop;
  dir: string;
  tree: number[];
  sandbox: number;
  uid: number;
}

let dataDir: string;
let driver: ReturnType<typeof createLocalDriver>;
let a: Tenant;
let b: Tenant;
let hits = 0;
const canary = createServer((_request, response) => {
  hits += 1;
  response.end('canary');
});
canary.on('upgrade', (_request, socket) => {
  hits += 1;
  socket.destroy();
});
const udpCanary = createSocket('udp4').on('message', () => {
  hits += 1;
});
const intranet = createServer((request, response) => {
  if (request.url === '/to-canary')
    response.writeHead(302, { location: `http://127.0.0.1:${port(canary)}/` });
  else response.setHeader('content-type', 'text/html');
  response.end('<title>intranet</title><h1>intranet</h1>');
});

function port(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function startTenant(desktopId: string, egressAllowPrivate: string[]): Promise<Tenant> {
  const deadline = new Date(Date.now() + 600_000);
  const spec = { desktopId, widthPx: 1280, heightPx: 720, deadline, egressAllowPrivate };
  const desktop = await driver.start(spec, new AbortController().signal);
  const report = (await driver.list()).find((found) => found.desktopId === desktopId);
  if (!report?.pids) throw new Error(`${desktopId} has no processes`);
  return {
    desktop,
    dir: join(dataDir, 'desktops', desktopId),
    tree: await treeOf(report.pids.supervisor),
    sandbox: report.pids.sandbox,
    uid: (await stat(`/proc/${report.pids.supervisor}`)).uid,
  };
}

async function attach({ desktop }: Tenant): Promise<Browser> {
  if (!('path' in desktop.cdp)) throw new Error('a local desktop has a socket');
  const { pathname } = new URL(await browserOf(desktop));
  return chromium.connectOverCDP(`ws+unix:${desktop.cdp.path}:${pathname}`, {
    noDefaults: true,
    isLocal: true,
  });
}

/** A fresh page each: Chromium 156 crashes when a navigation meets the commit of a blocked one. */
async function inPage<T>(tenant: Tenant, use: (page: Page) => Promise<T>): Promise<T> {
  const browser = await attach(tenant);
  const page = await browser.contexts()[0]?.newPage();
  if (!page) throw new Error('the browser has no context');
  try {
    return await use(page);
  } finally {
    await page.close();
    await browser.close();
  }
}

beforeAll(async () => {
  dataDir = await makeDataDir();
  driver = createLocalDriver({ dataDir, log: quietLog });
  for (const server of [canary, intranet]) await once(server.listen(0, '127.0.0.1'), 'listening');
  await new Promise<void>((resolve) => udpCanary.bind(0, '127.0.0.1', resolve));
  a = await startTenant('dsk_a', [`127.0.0.1:${port(intranet)}`]);
  b = await startTenant('dsk_b', []);
});

afterAll(async () => {
  for (const desktopId of ['dsk_a', 'dsk_b']) await driver.stop(desktopId);
  for (const server of [canary, intranet]) server.close();
  udpCanary.close();
  await rm(dataDir, { recursive: true });
});

describe('two strangers side by side', () => {
  it("[ISO-1] Chromium's own sandbox is on", async () => {
    const text = await inPage(a, async (page) => {
      await page.goto('chrome://sandbox/');
      return page.innerText('body');
    });
    expect(text).toContain('You are adequately sandboxed.');
    for (const pid of [...a.tree, ...b.tree]) {
      expect(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).not.toMatch(/--no-sandbox/);
    }
  });

  it('[ISO-2] nobody listens outside the network namespace of a session', async () => {
    const here = await readlink('/proc/self/ns/net');
    const listening = await listeningInodes();
    expect(listening.size).toBeGreaterThan(0);
    for (const pid of a.tree) {
      if ((await readlink(`/proc/${pid}/ns/net`).catch(() => null)) !== here) continue;
      for (const fd of await readdir(`/proc/${pid}/fd`)) {
        const inode = /^socket:\[(\d+)\]$/.exec(await readlink(`/proc/${pid}/fd/${fd}`).catch(() => ''))?.[1];
        expect(listening.has(inode ?? 'none')).toBe(false);
      }
    }
    const inside = a.tree.slice(a.tree.indexOf(a.sandbox));
    expect(inside.length).toBeGreaterThan(10);
    for (const pid of inside) expect(await readlink(`/proc/${pid}/ns/net`).catch(() => null)).not.toBe(here);
  });

  it.runIf(asRoot)("[ISO-3] B's user reaches none of A's files, sockets, processes", async () => {
    expect(a.uid).not.toBe(b.uid);
    const user = String(b.uid);
    const asB = (...command: string[]) =>
      run('setpriv', ['--reuid', user, '--regid', user, '--clear-groups', ...command]);
    await expect(asB('cat', join(b.dir, 'status.json'))).resolves.toBeTruthy();
    await expect(asB('ls', a.dir)).rejects.toThrow(/Permission denied/);
    await expect(asB('cat', join(a.dir, 'status.json'))).rejects.toThrow(/Permission denied/);
    for (const socket of ['rfb.sock', 'cdp.sock', 'control.sock', 'work/egress/proxy.sock']) {
      const dial = asB('socat', '-u', `UNIX-CONNECT:${join(a.dir, socket)}`, '-');
      await expect(dial).rejects.toThrow(/Permission denied/);
    }
    for (const pid of a.tree.filter((pid) => pid !== a.sandbox).slice(0, 8)) {
      await expect(asB('cat', `/proc/${pid}/environ`)).rejects.toThrow(/Permission denied|No such/);
      await expect(asB('ls', `/proc/${pid}/root/`)).rejects.toThrow(/Permission denied|No such/);
      await expect(asB('kill', '-0', String(pid))).rejects.toThrow(/not permitted|No such/);
    }
  });

  it.runIf(asRoot)("[ISO-3] from inside B's sandbox nothing of A or of the host exists", async () => {
    const user = String(b.uid);
    const into = ['-t', String(b.sandbox), '-m', '-p', '-n', '-i', '-S', user, '-G', user];
    const inB = async (script: string) => (await run('nsenter', [...into, '/bin/sh', '-c', script])).stdout;
    expect(await inB(`ls ${dataDir} 2>&1 || true`)).toMatch(/No such file/);
    expect((await inB('ls /tmp/.X11-unix')).trim()).toBe('X1');
    expect((await inB('find / -type s 2>/dev/null || true')).trim().split('\n').sort()).toEqual(
      expect.arrayContaining(['/run/egress/proxy.sock', '/run/io/cdp.sock', '/tmp/.X11-unix/X1']),
    );
    const pids = (await inB('ls /proc')).split('\n').filter((name) => /^\d+$/.test(name));
    expect(pids.length).toBeLessThan(b.tree.length + 10);
    expect(await inB('cat /proc/net/dev | tail -n +3 | cut -d: -f1')).toMatch(/^\s*lo\s*$/);
    expect(await inB('cat /proc/1/environ 2>/dev/null | tr "\\0" "\\n"')).not.toMatch(
      /SECRET|STRIPE|DATABASE/,
    );
    expect(await inB('touch /usr/x /etc/x /run/egress/x 2>&1 || true')).toMatch(
      /(Read-only file system[\s\S]*){3}/,
    );
  });

  it('[ISO-4] reaches an allowed address, and a canary beside it never', async () => {
    const origin = `http://127.0.0.1:${port(intranet)}`;
    await inPage(a, async (page) => {
      await page.goto(origin);
      expect(await page.innerText('h1')).toBe('intranet');
      await page.evaluate(attack, { tcpPort: port(canary), udpPort: udpCanary.address().port });
      const redirected = await page.goto(`${origin}/to-canary`);
      expect(redirected?.status()).toBe(403);
      expect(await page.innerText('body')).toContain('public internet only');
    });
    for (const host of [
      '127.0.0.1',
      'localhost',
      '0x7f.1',
      '[::1]',
      '[::ffff:7f00:1]',
      '2130706433',
      '0.0.0.0',
    ]) {
      await inPage(b, async (page) => {
        const response = await page.goto(`http://${host}:${port(canary)}/`);
        expect(response?.status()).toBe(403);
      });
    }
    await inPage(b, async (page) => {
      expect((await page.goto(origin))?.status()).toBe(403);
    });
    expect(hits).toBe(0);
  });

  it.each([
    'file:///etc/passwd',
    'chrome://settings/',
    'chrome://flags/',
    'view-source:http://127.0.0.1/',
    'chrome://extensions/',
  ])('[ISO-5] %s is blocked by policy while CDP is attached', async (address) => {
    await inPage(b, async (page) => {
      await expect(page.goto(address)).rejects.toThrow(
        /ERR_BLOCKED_BY_ADMINISTRATOR|ERR_INVALID_URL|ERR_ABORTED/,
      );
    });
  });

  it('[ISO-5] of all extensions the viewer of PDFs may show its page', async () => {
    const pdf = smallPdf(['Invoice 42']).toString('base64');
    await inPage(b, async (page) => {
      await page.goto(`data:application/pdf;base64,${pdf}`);
      const viewer = () => page.frames().find((frame) => frame.url().startsWith('chrome-extension:'));
      await expect.poll(viewer, { timeout: 10_000 }).toBeDefined();
      await viewer()?.getByRole('button', { name: 'Zoom in' }).waitFor({ timeout: 10_000 });
    });
  });

  it('[ISO-6] a page that eats memory loses its renderer, and nobody else anything', async ({ skip }) => {
    const { limited } = await findCgroups();
    if (!limited.some((limit) => limit.startsWith('memory'))) skip('this machine grants no memory limit');
    const before = [await browserOf(a.desktop), await browserOf(b.desktop)];
    await inPage(a, async (page) => {
      const crashed = new Promise((resolve) => page.once('crash', resolve));
      const eaten = page.evaluate(() => {
        const eaten: Uint8Array[] = [];
        for (let count = 0; count < 250; count += 1) eaten.push(new Uint8Array(16e6).fill(1));
        return eaten.length;
      });
      await expect(eaten).rejects.toThrow(/crashed/);
      await crashed;
    });
    expect([await browserOf(a.desktop), await browserOf(b.desktop)]).toEqual(before);
  });

  it('[SES-8] the same tabs are back after a crash', async () => {
    const origin = `http://127.0.0.1:${port(intranet)}/kept`;
    const before = await attach(a);
    const page = await before.contexts()[0]?.newPage();
    await page?.goto(origin);
    // Chromium writes its list of tabs every 2.5 s.
    await expect.poll(() => sessionFilesHold(origin), { timeout: 10_000 }).toBe(true);
    const closed = new Promise((resolve) => before.once('disconnected', resolve));
    const ready = new Promise<void>((resolve) => {
      let crashed = false;
      const unwatch = driver.watch('dsk_a', ({ status }) => {
        if (status === 'restarting') crashed = true;
        if (status !== 'ready' || !crashed) return;
        queueMicrotask(() => unwatch());
        resolve();
      });
    });
    process.kill(await browserPid(), 'SIGKILL');
    await closed;
    await ready;
    const after = await attach(a);
    const tabs = () =>
      after
        .contexts()[0]
        ?.pages()
        .map((tab) => tab.url());
    await expect.poll(tabs).toContain(origin);
    await after.close();
  });
});

async function browserPid(): Promise<number> {
  for (const pid of a.tree) {
    if (/\/chromium$/.test(await readlink(`/proc/${pid}/exe`).catch(() => ''))) return pid;
  }
  throw new Error('no browser');
}

async function sessionFilesHold(text: string): Promise<boolean> {
  const folder = join(a.dir, 'work/home/chromium/Default/Sessions');
  const names = await readdir(folder).catch(() => []);
  const contents = await Promise.all(names.map((name) => readFile(join(folder, name), 'latin1')));
  return contents.some((content) => content.includes(text));
}

/** Inodes of TCP listeners and abstract unix sockets of this network namespace. */
async function listeningInodes(): Promise<Set<string>> {
  const inodes = new Set<string>();
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of (await readFile(file, 'utf8')).split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (fields[3] === '0A' && fields[9]) inodes.add(fields[9]);
    }
  }
  for (const line of (await readFile('/proc/net/unix', 'utf8')).split('\n')) {
    const fields = line.split(/\s+/);
    if (fields[7]?.startsWith('@') && fields[6]) inodes.add(fields[6]);
  }
  return inodes;
}

/** Runs in the page: every way out that a page has, all at once; some only ever end by giving up. */
async function attack({ tcpPort, udpPort }: { tcpPort: number; udpPort: number }): Promise<void> {
  const hosts = ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '2130706433', '0177.1'];
  const tries = hosts.flatMap((host) => [
    fetch(`http://${host}:${tcpPort}/`, { mode: 'no-cors' }).catch(() => null),
    new Promise((resolve) => {
      const socket = new WebSocket(`ws://${host}:${tcpPort}/`);
      socket.onclose = resolve;
      socket.onopen = resolve;
    }),
    new Promise((resolve) => {
      const image = new Image();
      image.onload = resolve;
      image.onerror = resolve;
      image.src = `http://${host}:${tcpPort}/image`;
    }),
  ]);
  navigator.sendBeacon(`http://127.0.0.1:${tcpPort}/beacon`, 'x');
  const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${udpPort}` }] });
  peer.createDataChannel('x');
  await peer.setLocalDescription(await peer.createOffer());
  const gathered = new Promise((resolve) => {
    peer.onicecandidate = ({ candidate }) => candidate ?? resolve(null);
  });
  await Promise.race([
    Promise.all([...tries, gathered]),
    new Promise((resolve) => setTimeout(resolve, 3000)),
  ]);
}
