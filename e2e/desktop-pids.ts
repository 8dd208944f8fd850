import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { createLocalDriver } from '../server/drivers/local/local-driver.ts';
import { createLog } from '../server/lib/log.ts';
import { processTree } from '../server/testing/processes.ts';
import type { RunningServer } from '../server/testing/running-server.ts';

/** Every process of every desktop of a server, whether that runs or not. */
export async function desktopPids({ dataDir }: Pick<RunningServer, 'dataDir'>): Promise<number[]> {
  const driver = createLocalDriver({ dataDir, log: createLog('silent', 'json') });
  const reports = await driver.list();
  const trees = reports.flatMap(({ pids }) => (pids ? [processTree(pids.supervisor)] : []));
  return (await Promise.all(trees)).flat().sort();
}

/** Chromium's helpers and the splices of single connections come and go; these stay as long as the desktop. */
export async function lastingPids(server: Pick<RunningServer, 'dataDir'>): Promise<number[]> {
  const pids = await desktopPids(server);
  const commands = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return pids.filter((_, index) => {
    const [program = '', ...args] = commands[index]?.split('\0') ?? [];
    return (
      /(node|bwrap|Xvnc|Xtigervnc|chromium|chrome)$/.test(program) &&
      !args.some((arg) => arg.startsWith('--type='))
    );
  });
}

/** Which of them are still there; a zombie is not. */
export async function alive(pids: readonly number[]): Promise<number[]> {
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)));
  return pids.filter((_, index) => stats[index] !== null && !/\) Z /.test(stats[index] ?? ''));
}

export const desktopFolders = ({ dataDir }: Pick<RunningServer, 'dataDir'>): Promise<string[]> =>
  readdir(join(dataDir, 'desktops'));

/** Resolves when `check` holds; fails after `limitMs`. */
export async function until(limitMs: number, check: () => Promise<boolean>): Promise<void> {
  await expect.poll(check, { timeout: limitMs, intervals: [20] }).toBe(true);
}
