import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { DESKTOP_FILES, type DesktopLaunch } from '../shared/desktop.ts';
import { initScript } from './init-script.ts';
import { CHROMIUM_POLICIES } from './policies.ts';
import type { Programs } from './programs.ts';

const TMP_BYTES = 512 * 1024 * 1024;
/** Threads count too; Chromium with a dozen tabs has about 400. */
const PROCESSES_MAX = 4096;
const FILE_BYTES_MAX = 2 * 1024 * 1024 * 1024;

export interface Sandbox {
  child: ChildProcess;
  /** Resolves with the host's pid of the sandbox's process 1. */
  initPid: Promise<number>;
  /** Resolves when every process is gone and all output was read. */
  closed: Promise<unknown>;
}

/** Starts the one bwrap that holds the whole desktop; it dies with this process. [ISO-2, ISO-3] */
export async function startSandbox(launch: DesktopLaunch, programs: Programs): Promise<Sandbox> {
  const work = join(launch.dir, DESKTOP_FILES.work);
  const policies = join(work, 'policies');
  const home = join(work, 'home');
  for (const folder of [policies, home, join(work, 'io')])
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(policies, 'policies.json'), JSON.stringify(CHROMIUM_POLICIES));

  // A profile without this file counts as new for its first 10 s, and a new one is never restored.
  // One that is there already is the sandbox's own: nothing in it may be followed or written from here.
  const chromium = join(home, 'chromium');
  if (!lstatSync(chromium, { throwIfNoEntry: false })) {
    const profile = join(chromium, 'Default');
    mkdirSync(profile, { recursive: true, mode: 0o700 });
    writeFileSync(join(profile, 'Preferences'), JSON.stringify({ profile: { exit_type: 'Normal' } }));
  }

  const rfb = await listenFor(join(launch.dir, DESKTOP_FILES.rfb));
  const limits = ['--core=0', `--fsize=${FILE_BYTES_MAX}`];
  if (launch.ownUser) limits.push(`--nproc=${PROCESSES_MAX}`);
  const child = spawn(
    programs.prlimit,
    [...limits, programs.bwrap, ...bwrapArguments(work), '/bin/sh', '-c', initScript(programs, launch)],
    // Xvnc inherits its listening socket: no path to it exists inside.
    { stdio: ['ignore', 'pipe', 'pipe', fdOf(rfb), 'pipe'], env: {} },
  );
  publish(rfb, join(launch.dir, DESKTOP_FILES.rfb));
  const initPid = readInitPid(child);
  initPid.catch(() => undefined); // who asks late still gets the reason
  return {
    child,
    initPid,
    closed: new Promise((resolve) => child.once('close', resolve).once('error', resolve)),
  };
}

const INFO_FD = 4;

function bwrapArguments(work: string): string[] {
  const readOnly = (path: string, at = path) => ['--ro-bind-try', path, at];
  return [
    ...['--unshare-all', '--die-with-parent', '--new-session', '--cap-drop', 'ALL'],
    ...['--hostname', 'desktop', '--info-fd', String(INFO_FD), '--clearenv'],
    ...['--setenv', 'PATH', '/usr/bin:/bin', '--setenv', 'HOME', '/home/u', '--setenv', 'LANG', 'C.UTF-8'],
    ...[
      '--setenv',
      'DBUS_SESSION_BUS_ADDRESS',
      'disabled:',
      '--setenv',
      'DBUS_SYSTEM_BUS_ADDRESS',
      'disabled:',
    ],
    ...readOnly('/usr'),
    ...['--symlink', 'usr/bin', '/bin', '--symlink', 'usr/sbin', '/sbin'],
    ...['--symlink', 'usr/lib', '/lib', '--symlink', 'usr/lib64', '/lib64'],
    ...readOnly('/opt/google/chrome'),
    ...readOnly('/etc/fonts'),
    ...readOnly('/etc/ld.so.cache'),
    ...readOnly('/etc/localtime'),
    ...readOnly('/var/cache/fontconfig'),
    ...readOnly(join(work, 'policies'), '/etc/chromium/policies/managed'),
    ...readOnly(join(work, 'policies'), '/etc/opt/chrome/policies/managed'),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...['--size', String(TMP_BYTES), '--tmpfs', '/tmp'],
    ...['--size', String(TMP_BYTES), '--tmpfs', '/dev/shm'],
    ...['--size', String(TMP_BYTES), '--tmpfs', '/run'],
    ...['--ro-bind', join(work, 'egress'), '/run/egress'],
    ...['--bind', join(work, 'io'), '/run/io'],
    ...['--bind', join(work, 'home'), '/home/u'],
    // The root is a tmpfs of bwrap's own; what is mounted on it stays as writable as it was.
    ...['--remount-ro', '/', '--chdir', '/home/u', '--'],
  ];
}

/** Listens under a passing name, so that nobody can dial before the sandbox owns the socket. */
function listenFor(path: string): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(`${path}~`, () => resolve(server));
  });
}

/** Node has no public name for a listener's descriptor. */
function fdOf(server: Server): number {
  const { _handle: handle } = server as unknown as { _handle: { fd: number } };
  return handle.fd;
}

/** Gives the socket its name and closes our end; the sandbox holds the other reference. */
function publish(server: Server, path: string): void {
  chmodSync(`${path}~`, 0o600);
  renameSync(`${path}~`, path);
  server.close();
}

async function readInitPid(child: ChildProcess): Promise<number> {
  let text = '';
  for await (const chunk of (child.stdio as readonly unknown[])[INFO_FD] as Readable) {
    text += chunk;
    const pid = /"child-pid":\s*(\d+)/.exec(text)?.[1];
    if (pid) return Number(pid);
  }
  throw new Error('the sandbox ended before it had a process');
}

/** Process 1 of a pid namespace takes everything with it; the outer bwrap ends after it. [SES-2] */
export async function killSandbox({ child, initPid, closed }: Sandbox): Promise<void> {
  const pid = await Promise.race([initPid.catch(() => null), closed.then(() => null)]);
  try {
    if (pid === null) child.kill('SIGKILL');
    else process.kill(pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
  await closed;
}
