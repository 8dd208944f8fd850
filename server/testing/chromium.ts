import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Endpoint, HomeFolder } from '../drivers/driver.ts';

export interface TestChromium {
  readonly cdp: Endpoint;
  /** Where somebody beside the product drives it, as a human would. */
  socketUrl(): Promise<string>;
  readonly home: HomeFolder;
  /** Ends the browser at once and starts another one behind the same socket. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const NOBODY = 65534;
const START_TIMEOUT_MS = 20_000;

/**
 * A real headless Chromium, its sandbox on, with its debugging port spliced to a unix socket: to whoever
 * dials it looks like a desktop's.
 */
export async function startTestChromium(moreFlags: readonly string[] = []): Promise<TestChromium> {
  const dir = await mkdtemp('/tmp/oda-test-chromium-');
  await chmod(dir, 0o711);
  const path = join(dir, 'cdp.sock');
  const sockets = new Set<Socket>();
  let running = await launch(dir, moreFlags);

  const splice = createServer((client) => {
    const browser = connect(running.port, '127.0.0.1');
    for (const [from, to] of [
      [client, browser],
      [browser, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  splice.listen(path);
  await once(splice, 'listening');

  return {
    cdp: { path },
    async socketUrl() {
      const response = await fetch(`http://127.0.0.1:${running.port}/json/version`);
      return ((await response.json()) as { webSocketDebuggerUrl: string }).webSocketDebuggerUrl;
    },
    home: { inside: dir, outside: dir },
    async restart() {
      await kill(running.child);
      running = await launch(dir, moreFlags);
    },
    async stop() {
      splice.close();
      for (const socket of sockets) socket.destroy();
      await kill(running.child);
      await rm(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function launch(
  dir: string,
  moreFlags: readonly string[],
): Promise<{ child: ChildProcess; port: number }> {
  const root = process.getuid?.() === 0;
  const home = await mkdtemp(join(dir, 'home-'));
  if (root) await chown(home, NOBODY, NOBODY);
  const flags = [
    '--headless=new',
    '--remote-debugging-port=0',
    `--user-data-dir=${home}`,
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--password-store=basic',
    '--window-size=1280,720',
    ...moreFlags,
    'about:blank',
  ];
  const program = '/usr/lib/chromium/chromium';
  const drop = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', program];
  const child = spawn(root ? 'setpriv' : program, [...(root ? drop : []), ...flags], {
    env: { HOME: home, PATH: '/usr/bin:/bin' },
    stdio: 'ignore',
    detached: true,
  });
  const portFile = join(home, 'DevToolsActivePort');
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const text = await readFile(portFile, 'utf8').catch(() => '');
    const port = Number(text.split('\n')[0]);
    if (text.includes('\n') && port > 0) return { child, port };
    if (child.exitCode !== null || performance.now() > deadline) {
      await kill(child);
      throw new Error(`Chromium did not start (exit code ${child.exitCode})`);
    }
    await delay(50);
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  // The whole group: renderers must not outlive a test.
  process.kill(-child.pid, 'SIGKILL');
  await gone;
}
