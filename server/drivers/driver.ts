import type { Remains } from '../../shared/receipt.ts';

/** Where a desktop's byte stream is found: a unix socket here, or a port elsewhere that asks for a secret. */
export type Endpoint = { path: string } | { host: string; port: number; secret: string };

export interface DesktopSpec {
  /** `dsk_…`, unique for ever: a desktop is used by one session and never handed on. [SES-7] */
  desktopId: string;
  widthPx: number;
  heightPx: number;
  /** The supervisor ends everything then, with or without a server. [SES-1] */
  deadline: Date;
  /** host:port pairs inside private ranges that this desktop may reach all the same. */
  egressAllowPrivate: readonly string[];
}

/** What the desktop's supervisor last wrote of itself. */
export interface DesktopReport {
  desktopId: string;
  status: 'starting' | 'ready' | 'restarting' | 'failed' | 'gone';
  /** Why it failed, for the log; absent otherwise. */
  detail?: string;
  deadline: Date;
  /** Process ids as the host sees them; empty when gone. */
  pids: { supervisor: number; sandbox: number } | null;
}

/** The folder of the browser's own user: as the browser calls it, and as it is found here. */
export interface HomeFolder {
  inside: string;
  outside: string;
}

export interface Desktop {
  desktopId: string;
  rfb: Endpoint;
  cdp: Endpoint;
  /** Absent where the desktop's files are out of reach: downloads then stay in its browser. */
  home?: HomeFolder;
}

/** How a kind of machine runs desktops. Every driver passes `driver-contract.ts`. */
export interface DesktopDriver {
  readonly name: string;
  /** Resolves when both sockets answer; rejects with `DesktopFailed`, leaving nothing behind. */
  start(spec: DesktopSpec, signal: AbortSignal): Promise<Desktop>;
  /**
   * Starts a desktop again whose supervisor died, with what is left of its profile; rejects with
   * `DesktopFailed` when nothing is left to start from. [SES-8]
   */
  revive(spec: DesktopSpec, signal: AbortSignal): Promise<Desktop>;
  /** Finds a desktop that an earlier server started; null when it is not alive. */
  find(desktopId: string): Promise<Desktop | null>;
  /** Everything this driver knows to exist, alive or half gone. */
  list(): Promise<DesktopReport[]>;
  /** Moves the deadline; rejects when the desktop is gone. */
  setDeadline(desktopId: string, deadline: Date): Promise<void>;
  /**
   * Confines the desktop's way out to these origins for so long, or lifts that; rejects when the desktop is
   * gone. [AGT-9]
   */
  confine(desktopId: string, to: { origins: readonly string[]; forMs: number } | null): Promise<void>;
  /** Resolves when every process and file is gone, with what a look at the machine finds; may be repeated. [SES-2] */
  stop(desktopId: string): Promise<Remains>;
  /** Calls back when a desktop's status changes; returns the unsubscribe. */
  watch(desktopId: string, onReport: (report: DesktopReport) => void): () => void;
}

export class DesktopFailed extends Error {
  override readonly name = 'DesktopFailed';
  readonly code: 'missing-program' | 'sandbox-refused' | 'no-disk' | 'timed-out' | 'died';
  constructor(code: DesktopFailed['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
