import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DESKTOP_FILES, type DesktopLaunch } from '../../../shared/desktop.ts';
import type { DesktopRuntime } from './runtime.ts';

// A supervisor idles for a day: a small young generation and no compiler threads keep it small.
const NODE_FLAGS = [
  '--max-semi-space-size=1',
  '--max-old-space-size=48',
  '--v8-pool-size=0',
  '--no-warnings',
];

/** Starts a supervisor that outlives this server, in a folder only its own user can enter; resolves with its pid. [SES-4] */
export async function launchSupervisor(
  runtime: DesktopRuntime,
  launch: DesktopLaunch,
  uid: number | null,
): Promise<number> {
  await mkdir(launch.dir, { mode: 0o700, recursive: true });
  const launchFile = join(launch.dir, DESKTOP_FILES.launch);
  await writeFile(launchFile, JSON.stringify(launch), { mode: 0o600 });
  const log = await open(join(launch.dir, DESKTOP_FILES.log), 'a', 0o600);
  try {
    if (uid !== null) for (const path of [launchFile, launch.dir]) await chown(path, uid, uid);
    await chmod(launch.dir, 0o700);
    const child = spawn(runtime.node, [...NODE_FLAGS, runtime.program, launchFile], {
      cwd: launch.dir,
      detached: true,
      env: { PATH: '/usr/bin:/bin' },
      stdio: ['ignore', log.fd, log.fd],
      ...(uid === null ? {} : { uid, gid: uid }),
    });
    await once(child, 'spawn'); // rejects with the reason when it could not start
    child.on('error', () => undefined);
    child.unref();
    if (child.pid === undefined) throw new Error('the supervisor has no pid');
    return child.pid;
  } finally {
    await log.close();
  }
}
