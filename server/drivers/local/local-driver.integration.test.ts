import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { describeDriverContract } from '../driver-contract.ts';
import { createLocalDriver } from './local-driver.ts';
import { makeDataDir, quietLog, treeOf } from './local-testing.ts';

describeDriverContract('local', async () => {
  const dataDir = await makeDataDir();
  const trees = new Map<string, number[]>();
  const folder = (desktopId: string) => join(dataDir, 'desktops', desktopId);

  async function tree(desktopId: string): Promise<number[]> {
    const text = await readFile(join(folder(desktopId), 'status.json'), 'utf8').catch(() => null);
    if (text) {
      const { supervisor, sandbox } = JSON.parse(text);
      const found = await treeOf(supervisor.pid);
      if (sandbox && found.length > 0) trees.set(desktopId, found);
    }
    return trees.get(desktopId) ?? [];
  }

  return {
    makeDriver: () => createLocalDriver({ dataDir, log: quietLog }),
    async leftovers(desktopId) {
      const processes = await tree(desktopId);
      const alive = await Promise.all(processes.map((pid) => readlink(`/proc/${pid}/exe`).catch(() => null)));
      const files = await readdir(folder(desktopId), { recursive: true }).catch(() => []);
      const sockets = (await readFile('/proc/net/unix', 'utf8')).split(folder(desktopId)).length - 1;
      return alive.filter(Boolean).length + files.length + sockets;
    },
    async crash(desktopId, program) {
      const processes = await tree(desktopId);
      const wanted = { chromium: /\/chromium$/, xvnc: /Xtigervnc$/, supervisor: /\/node$/ }[program];
      for (const pid of processes) {
        if (!wanted.test(await readlink(`/proc/${pid}/exe`))) continue;
        process.kill(pid, 'SIGKILL');
        return;
      }
      throw new Error(`no ${program} in desktop ${desktopId}`);
    },
    close: () => rm(dataDir, { recursive: true }),
  };
});

it('[SES-4] [SES-1] a desktop outlives the kill of its server, and ends at its deadline without one', async () => {
  const dataDir = await makeDataDir();
  const driverModule = fileURLToPath(new URL('./local-driver.ts', import.meta.url));
  const next = createLocalDriver({ dataDir, log: quietLog });
  onTestFinished(async () => {
    await next.stop('dsk_kept');
    await rm(dataDir, { recursive: true });
  });
  const server = spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    `const { createLocalDriver } = await import(${JSON.stringify(driverModule)});
     const log = { info() {}, warn() {}, error() {} };
     const driver = createLocalDriver({ dataDir: ${JSON.stringify(dataDir)}, log });
     const spec = { desktopId: 'dsk_kept', widthPx: 800, heightPx: 600, egressAllowPrivate: [],
       deadline: new Date(Date.now() + 600_000) };
     await driver.start(spec, new AbortController().signal);
     console.log('ready');
     setInterval(() => {}, 1000);`,
  ]);
  await once(server.stdout, 'data');
  const { supervisor } = JSON.parse(await readFile(join(dataDir, 'desktops/dsk_kept/status.json'), 'utf8'));
  const before = await treeOf(supervisor.pid);
  const kept = await lasting(before);
  server.kill('SIGKILL');
  await once(server, 'exit');

  expect(await next.find('dsk_kept')).not.toBeNull();
  expect(await lasting(await treeOf(supervisor.pid))).toEqual(kept);
  expect(kept).toHaveLength(5);

  const deadline = new Date(Date.now() + 500);
  await next.setDeadline('dsk_kept', deadline);
  const left = async () => (await Promise.all(before.map(isRunning))).filter(Boolean).length;
  await expect.poll(left, { timeout: 6000, interval: 50 }).toBe(0);
  expect(Date.now() - deadline.getTime()).toBeGreaterThan(0);
  expect(Date.now() - deadline.getTime()).toBeLessThan(5000);
  // What is left until a server clears it is one line that says so: no profile, no log, no socket.
  await expect.poll(() => readdir(join(dataDir, 'desktops/dsk_kept'))).toEqual(['status.json']);
  expect(await next.list()).toMatchObject([{ desktopId: 'dsk_kept', status: 'gone', pids: null }]);
  await next.stop('dsk_kept');
  expect(await readdir(join(dataDir, 'desktops'))).toEqual([]);
});

/** Supervisor, both bwraps, Xvnc and the browser itself; its helpers come and go. */
async function lasting(pids: number[]): Promise<string[]> {
  const programs = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/exe`).catch(() => '')));
  const named = pids.map((pid, index) => `${programs[index]?.split('/').at(-1)} ${pid}`);
  const browser = named.filter((name) => name.startsWith('chromium ')).slice(0, 1);
  return [...named.filter((name) => /^(node|bwrap|Xtigervnc) /.test(name)), ...browser];
}

async function isRunning(pid: number): Promise<boolean> {
  return (await readlink(`/proc/${pid}/exe`).catch(() => null)) !== null;
}

it('says at once that a data folder is too long for a socket', async () => {
  const dataDir = join(await makeDataDir(), 'x'.repeat(100));
  const driver = createLocalDriver({ dataDir, log: quietLog });
  await expect(driver.find('dsk_any')).rejects.toThrow(/too long for a unix socket by \d+ bytes/);
  await rm(join(dataDir, '..'), { recursive: true });
});
