import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { DesktopState, ProcessRef } from '../shared/desktop.ts';
import { startTicksIn } from '../shared/proc-stat.ts';
import type { DesktopStatus } from '../shared/session.ts';

/** Which status may follow which; `gone` and `failed` are terminal. */
const NEXT: Record<DesktopStatus, readonly DesktopStatus[]> = {
  starting: ['ready', 'failed', 'gone'],
  ready: ['restarting', 'failed', 'gone'],
  restarting: ['ready', 'failed', 'gone'],
  failed: [],
  gone: [],
};

export function mayFollow(from: DesktopStatus, to: DesktopStatus): boolean {
  return NEXT[from].includes(to);
}

export interface StatusBoard {
  state(): DesktopState;
  /** Changes what is given and tells the file first, then the listeners. */
  update(change: Partial<Omit<DesktopState, 'desktopId' | 'supervisor'>>): void;
  onChange(listener: (state: DesktopState) => void): () => void;
}

/** Keeps `status.json` and everybody who listens in step with the one state. */
export function createStatusBoard(path: string, initial: DesktopState): StatusBoard {
  let state = initial;
  const listeners = new Set<(state: DesktopState) => void>();
  write();

  function write(): void {
    // A reader sees the old file or the new one, never half of one.
    writeFileSync(`${path}~`, JSON.stringify(state), { mode: 0o600 });
    renameSync(`${path}~`, path);
  }

  return {
    state: () => state,
    update(change) {
      if (change.status && change.status !== state.status && !mayFollow(state.status, change.status)) {
        throw new Error(`a desktop that is ${state.status} cannot become ${change.status}`);
      }
      state = { ...state, ...change };
      write();
      for (const listener of listeners) listener(state);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function processRef(pid: number): ProcessRef {
  return { pid, startTicks: startTicksIn(readFileSync(`/proc/${pid}/stat`, 'utf8')) };
}
