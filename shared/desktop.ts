import type { DesktopStatus } from './session.ts';

/** What a driver hands to a desktop's supervisor, as a JSON file named on its command line. */
export interface DesktopLaunch {
  desktopId: string;
  /** The desktop's own folder: sockets, status and profile live there, and nothing else. */
  dir: string;
  widthPx: number;
  heightPx: number;
  /** ISO 8601; the supervisor ends everything then. [SES-1] */
  deadline: string;
  egressAllowPrivate: readonly string[];
  /** True when the desktop has a numeric user of its own, so that limits per user are limits per desktop. */
  ownUser: boolean;
}

/** A process that cannot be mistaken for a later one with the same pid. */
export interface ProcessRef {
  pid: number;
  /** Field 22 of /proc/PID/stat. */
  startTicks: number;
}

export type DesktopFailureCode = 'missing-program' | 'sandbox-refused' | 'no-disk' | 'timed-out' | 'died';

/** `status.json`, and each line that the control socket streams. */
export interface DesktopState {
  desktopId: string;
  status: DesktopStatus;
  failure?: { code: DesktopFailureCode; message: string };
  deadline: string;
  supervisor: ProcessRef;
  /** Process 1 of the sandbox: once it is gone, the kernel has ended every process inside. */
  sandbox: ProcessRef | null;
  /** What its browser is confined to just now, and until when; absent: the whole internet. [AGT-9] */
  confined?: Confinement | undefined;
}

export interface Confinement {
  /** Such as `https://example.com` or `https://*.example.com`. */
  origins: readonly string[];
  /** ISO 8601: lifted by itself when whoever asked for it has died. */
  until: string;
}

/** One JSON line to the control socket. */
export type DesktopCommand =
  | { type: 'status' }
  | { type: 'set-deadline'; deadline: string }
  /** Null lifts it. */
  | { type: 'confine'; to: Confinement | null }
  | { type: 'stop' };

/** Names inside a desktop's folder; short, because a unix socket's path has at most 107 bytes. */
export const DESKTOP_FILES = {
  launch: 'launch.json',
  status: 'status.json',
  log: 'supervisor.log',
  control: 'control.sock',
  rfb: 'rfb.sock',
  cdp: 'cdp.sock',
  work: 'work',
} as const;
