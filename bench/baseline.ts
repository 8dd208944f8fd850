import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chmodSync, chownSync, constants, existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Devtools } from './devtools.ts';

export interface Baseline {
  /** ws:// of the picture. */
  url: string;
  devtools: Devtools;
  stop(): Promise<void>;
}

const PROGRAMS = ['Xvfb', 'x11vnc', 'websockify'];
const NOBODY = 65534;
const START_TIMEOUT_MS = 20_000;
/** What only makes sense inside the product's sandbox. */
const OWN_TO_THE_SANDBOX = /^--(user-data-dir|remote-debugging-port|proxy-|host-resolver-rules)/;

export function missingBaselinePrograms(): string[] {
  return PROGRAMS.filter((name) => !existsSync(`/usr/bin/${name}`));
}

/** What most peers ship: Xvfb + x11vnc + websockify, around a Chromium started with the product's own flags. */
export async function startBaseline(productChromium: readonly string[]): Promise<Baseline> {
  const home = await mkdtemp(join(tmpdir(), 'oda-baseline-'));
  chmodSync(home, 0o700);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(home, NOBODY, NOBODY);
  const children: ChildProcess[] = [];
  const start = (program: string, args: string[], display = '') => {
    const drop = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', program, ...args];
    const child = spawn(isRoot ? 'setpriv' : program, isRoot ? drop : args, {
      env: { HOME: home, PATH: '/usr/bin:/bin', DISPLAY: display },
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      detached: true,
    });
    children.push(child);
    return child;
  };
  const stop = async () => {
    for (const child of children.reverse()) await end(child);
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  };

  try {
    const [rfbPort, webPort] = [await freePort(), await freePort()];
    const screen = ['-displayfd', '3', '-screen', '0', '1280x720x24', '-nolisten', 'tcp'];
    const xvfb = start('Xvfb', screen);
    const [number] = await once(xvfb.stdio[3] as NodeJS.ReadableStream, 'data');
    const display = `:${String(number).trim()}`;
    const served = ['-display', display, '-rfbport', `${rfbPort}`, '-localhost', '-nopw'];
    start('x11vnc', [...served, '-forever', '-shared', '-quiet', '-noipv6']);
    const [program = '', ...flags] = productChromium;
    accessSync(program, constants.X_OK);
    const ours = flags.filter((flag) => flag.startsWith('--') && !OWN_TO_THE_SANDBOX.test(flag));
    start(program, [...ours, `--user-data-dir=${home}/chromium`, '--remote-debugging-port=0'], display);
    await untilListening(rfbPort);
    start('websockify', [`127.0.0.1:${webPort}`, `127.0.0.1:${rfbPort}`]);
    await untilListening(webPort);
    const port = await devtoolsPort(join(home, 'chromium', 'DevToolsActivePort'));
    return { url: `ws://127.0.0.1:${webPort}`, devtools: { host: '127.0.0.1', port }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await once(server.close(), 'close');
  return port;
}

export async function untilListening(port: number): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const answered = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (answered) return;
    if (performance.now() > deadline) throw new Error(`nothing of the baseline listens on port ${port}`);
    await delay(50);
  }
}

async function devtoolsPort(file: string): Promise<number> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const [line, more] = (await readFile(file, 'utf8').catch(() => '')).split('\n');
    if (more !== undefined && Number(line) > 0) return Number(line);
    if (performance.now() > deadline) throw new Error('the baseline’s Chromium did not start');
    await delay(50);
  }
}

/** The whole group: a browser has a dozen processes. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  process.kill(-child.pid, 'SIGKILL');
  await gone;
}
