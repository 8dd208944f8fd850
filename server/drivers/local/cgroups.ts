import { access, mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from './processes.ts';

/** A page may take this much before the kernel ends its renderer; the browser itself needs about 300 MB. */
const MEMORY_BYTES_MAX = 1536 * 1024 * 1024;
const PROCESSES_MAX = 2048;
const REMOVE_TIMEOUT_MS = 1000;

interface Hierarchy {
  /** The cgroup of this server there; desktops get children of it. */
  base: string;
  limits: Record<string, string>;
}

export interface Cgroups {
  /** What is limited on this machine; empty when the kernel or the container grants nothing. */
  readonly limited: readonly string[];
  add(desktopId: string, pid: number): Promise<void>;
  remove(desktopId: string): Promise<void>;
}

/** Version 1, version 2, a mix or none: uses what this machine lets the server write. [ISO-6] */
export async function findCgroups(): Promise<Cgroups> {
  const mounts = await readFile('/proc/self/mounts', 'utf8').catch(() => '');
  const own = await readFile('/proc/self/cgroup', 'utf8').catch(() => '');
  const usable: Hierarchy[] = [];
  for (const hierarchy of hierarchiesIn(mounts, own)) {
    if (await grants(hierarchy)) usable.push(hierarchy);
  }
  return {
    limited: usable.flatMap(({ limits }) => Object.keys(limits)),
    async add(desktopId, pid) {
      for (const { base, limits } of usable) {
        const folder = join(base, desktopId);
        await mkdir(folder, { recursive: true });
        for (const [file, value] of Object.entries(limits)) await writeFile(join(folder, file), value);
        await writeFile(join(folder, 'cgroup.procs'), String(pid));
      }
    },
    async remove(desktopId) {
      for (const { base } of usable) await removeWhenEmpty(join(base, desktopId));
    },
  };
}

/** The hierarchies that could carry a limit, from the texts of /proc/self/mounts and /proc/self/cgroup. */
export function hierarchiesIn(mounts: string, own: string): Hierarchy[] {
  const found: Hierarchy[] = [];
  for (const line of mounts.split('\n')) {
    const [, mount, type, options] = line.split(' ');
    if (!mount || !options) continue;
    if (type === 'cgroup2') {
      const limits = {
        'memory.max': String(MEMORY_BYTES_MAX),
        'pids.max': String(PROCESSES_MAX),
        'cpu.weight': '50',
      };
      found.push({ base: join(mount, ownPath(own, '')), limits });
    }
    if (type !== 'cgroup') continue;
    const controllers = options.split(',');
    const limits = {
      ...(controllers.includes('memory') ? { 'memory.limit_in_bytes': String(MEMORY_BYTES_MAX) } : {}),
      ...(controllers.includes('pids') ? { 'pids.max': String(PROCESSES_MAX) } : {}),
      ...(controllers.includes('cpu') ? { 'cpu.shares': '512' } : {}),
    };
    const controller = ['memory', 'pids', 'cpu'].find((name) => controllers.includes(name));
    if (controller) found.push({ base: join(mount, ownPath(own, controller)), limits });
  }
  return found;
}

function ownPath(own: string, controller: string): string {
  for (const line of own.split('\n')) {
    const [, controllers = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (line !== '' && controllers.split(',').includes(controller)) return path;
  }
  return '/';
}

/** Tries it for real: a probe group must take every limit. */
async function grants({ base, limits }: Hierarchy): Promise<boolean> {
  const probe = join(base, `dsk_probe_${process.pid}`);
  try {
    await mkdir(probe);
  } catch {
    return false;
  }
  try {
    for (const file of Object.keys(limits)) await access(join(probe, file));
    for (const [file, value] of Object.entries(limits)) await writeFile(join(probe, file), value);
    return true;
  } catch {
    return false;
  } finally {
    await rmdir(probe).catch(() => undefined);
  }
}

async function removeWhenEmpty(folder: string): Promise<void> {
  await waitFor(async () => {
    try {
      await rmdir(folder);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT';
    }
  }, REMOVE_TIMEOUT_MS);
}
