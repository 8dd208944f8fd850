import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DESKTOP_FILES, type DesktopState } from '../../../shared/desktop.ts';
import type { DesktopReport } from '../driver.ts';
import { isAlive } from './processes.ts';

/** A folder without a status is being started, unless it is older than any start. */
const STARTING_FOR_MS = 30_000;

export async function readState(dir: string): Promise<DesktopState | null> {
  const text = await readFile(join(dir, DESKTOP_FILES.status), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as DesktopState);
}

/** What is true of a desktop now, from its files and its processes, whoever started it. */
export async function reportOf(dir: string, desktopId: string): Promise<DesktopReport> {
  const state = await readState(dir);
  if (!state) return reportWithoutStatus(dir, desktopId);
  if (isOver(state.status) || (await isAlive(state.supervisor))) return toReport(state);
  return { ...toReport(state), status: 'gone', detail: 'its supervisor is gone', pids: null };
}

export function isOver(status: DesktopReport['status']): boolean {
  return status === 'gone' || status === 'failed';
}

export function toReport(state: DesktopState): DesktopReport {
  return {
    desktopId: state.desktopId,
    status: state.status,
    ...(state.failure ? { detail: `${state.failure.code}: ${state.failure.message}` } : {}),
    deadline: new Date(state.deadline),
    pids: state.sandbox ? { supervisor: state.supervisor.pid, sandbox: state.sandbox.pid } : null,
  };
}

async function reportWithoutStatus(dir: string, desktopId: string): Promise<DesktopReport> {
  const folder = await stat(dir).catch(() => null);
  const young = folder !== null && Date.now() - folder.ctimeMs < STARTING_FOR_MS;
  const deadline = new Date((folder?.ctimeMs ?? 0) + STARTING_FOR_MS);
  if (young) return { desktopId, status: 'starting', deadline, pids: null };
  return { desktopId, status: 'gone', detail: 'it never wrote a status', deadline, pids: null };
}
