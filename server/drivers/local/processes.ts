import { readdir, readFile, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessRef } from '../../../shared/desktop.ts';
import { startTicksIn } from '../../../shared/proc-stat.ts';

const LOOK_EVERY_MS = 10;

/** A pid alone may have gone to somebody else since; pid and start time have not. */
export async function isAlive(ref: ProcessRef | null): Promise<boolean> {
  if (!ref) return false;
  const line = await readFile(`/proc/${ref.pid}/stat`, 'utf8').catch(() => null);
  if (line === null) return false;
  const state = line.slice(line.lastIndexOf(')') + 2, line.lastIndexOf(')') + 3);
  return startTicksIn(line) === ref.startTicks && state !== 'Z' && state !== 'X';
}

export async function killProcess(ref: ProcessRef | null): Promise<void> {
  if (!ref || !(await isAlive(ref))) return;
  try {
    process.kill(ref.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export async function waitUntilDead(ref: ProcessRef | null, timeoutMs: number): Promise<boolean> {
  return waitFor(async () => !(await isAlive(ref)), timeoutMs);
}

/** Pids of every process of a numeric user. */
export async function processesOf(uid: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const owned = await Promise.all(
    pids.map(async (pid) => (await stat(`/proc/${pid}`).catch(() => null))?.uid === uid),
  );
  return pids.filter((_, index) => owned[index]).map(Number);
}

export async function waitFor(condition: () => Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > giveUpAt) return false;
    await delay(LOOK_EVERY_MS);
  }
  return true;
}
