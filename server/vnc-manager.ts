import type { Remains } from '../shared/receipt.ts';
import type { Desktop, DesktopDriver, DesktopReport, DesktopSpec } from './drivers/driver.ts';
import { newId } from './lib/ids.ts';
import type { Log } from './lib/log.ts';
import { type Periodic, periodic } from './lib/periodic.ts';

export interface VNCManager {
  /** Starts filling the warm pool. */
  start(): void;
  /** The id of a ready desktop, or of one that `give` will have to start. Used once, never handed on. [SES-7] */
  reserve(): string;
  /** Resolves when the desktop answers and will live until the session's end. @throws {DesktopFailed} */
  give(desktopId: string, sessionEnd: Date, signal: AbortSignal): Promise<Desktop>;
  /** Brings back a desktop whose supervisor died, with what is left of its profile. @throws {DesktopFailed} */
  revive(desktopId: string, sessionEnd: Date, signal: AbortSignal): Promise<void>;
  /** Lets a given desktop live until the session's new end. @throws {DesktopFailed} when it is gone. [SES-3] */
  extend(desktopId: string, sessionEnd: Date): Promise<void>;
  /** Confines a given desktop's way out to these origins for so long, or lifts that. [AGT-9] */
  confine: DesktopDriver['confine'];
  find(desktopId: string): Promise<Desktop | null>;
  watch(desktopId: string, onReport: (report: DesktopReport) => void): () => void;
  /** Takes a desktop back: resolves when its processes and files are gone, with what was counted. May be repeated. */
  release(desktopId: string): Promise<Remains>;
  /** Ends desktops that neither a session nor the pool knows. [SES-5] */
  endOrphans(assigned: ReadonlySet<string>): Promise<void>;
  readonly warmCount: number;
  /** Ends the warm ones; paid desktops live on until their deadline. */
  stop(): Promise<void>;
}

/** The supervisor is the backstop: the cascade comes first, so that viewers hear why. [SES-1] */
const BACKSTOP_MS = 2_000;
/** A warm desktop ends by itself this long after the server that keeps it has died. */
const WARM_LEASE_MS = 90_000;
const POOL_CHECK_MS = 5_000;
/** A starting browser takes every processor there is: the buyer's first frame comes first. [PERF-4] */
const REFILL_AFTER_MS = 2_000;
/** An orphan must be this old: a desktop is started a moment before its row knows it. */
const ORPHAN_AGE_MS = 30_000;

export function createVNCManager(deps: {
  driver: DesktopDriver;
  warmDesktops: number;
  egressAllowPrivate: readonly string[];
  log: Log;
}): VNCManager {
  const { driver, log } = deps;
  const warm = new Map<string, Desktop>();
  const starting = new Map<string, Promise<void>>();
  const known = new Map<string, Desktop>();
  const firstSeen = new Map<string, number>();
  const stopping = new AbortController();
  let pool: Periodic | undefined;
  let refill: NodeJS.Timeout | null = null;

  const specOf = (desktopId: string, deadline: Date): DesktopSpec => ({
    desktopId,
    widthPx: 1280,
    heightPx: 720,
    deadline,
    egressAllowPrivate: deps.egressAllowPrivate,
  });
  const deadlineOf = (sessionEnd: Date) => new Date(sessionEnd.getTime() + BACKSTOP_MS);
  const warmDeadline = () => new Date(Date.now() + WARM_LEASE_MS);

  async function startWarm(): Promise<void> {
    const desktopId = newId('dsk');
    const begun = Date.now();
    const run = driver.start(specOf(desktopId, warmDeadline()), stopping.signal).then(
      (desktop) => {
        warm.set(desktopId, desktop);
        log.info({ event: 'desktop.warm', desktopId, durationMs: Date.now() - begun });
      },
      (error: unknown) => {
        if (!stopping.signal.aborted) log.error({ event: 'desktop.warm-failed', desktopId, err: error });
      },
    );
    starting.set(
      desktopId,
      run.finally(() => starting.delete(desktopId)),
    );
    await starting.get(desktopId);
  }

  function refillSoon(): void {
    if (refill) clearTimeout(refill);
    refill = setTimeout(() => {
      refill = null;
      void pool?.kick();
    }, REFILL_AFTER_MS);
  }

  async function keepPool(): Promise<void> {
    const alive = new Set((await driver.list()).filter((r) => r.status === 'ready').map((r) => r.desktopId));
    for (const desktopId of [...warm.keys()]) {
      if (alive.has(desktopId)) await driver.setDeadline(desktopId, warmDeadline());
      else {
        warm.delete(desktopId);
        await driver.stop(desktopId);
      }
    }
    while (!stopping.signal.aborted && !refill && warm.size + starting.size < deps.warmDesktops)
      await startWarm();
  }

  return {
    start() {
      pool = periodic('desktop.pool', POOL_CHECK_MS, log, keepPool);
      if (deps.warmDesktops > 0) void pool.kick();
    },

    reserve() {
      const [desktopId] = warm.keys();
      if (!desktopId) return newId('dsk');
      known.set(desktopId, warm.get(desktopId) as Desktop);
      warm.delete(desktopId);
      return desktopId;
    },

    async give(desktopId, sessionEnd, signal) {
      const deadline = deadlineOf(sessionEnd);
      const ready = known.get(desktopId) ?? (await driver.find(desktopId));
      const desktop = ready ?? (await driver.start(specOf(desktopId, deadline), signal));
      if (ready) await driver.setDeadline(desktopId, deadline);
      known.set(desktopId, desktop);
      if (deps.warmDesktops > 0) refillSoon();
      return desktop;
    },

    async revive(desktopId, sessionEnd, signal) {
      known.delete(desktopId);
      known.set(desktopId, await driver.revive(specOf(desktopId, deadlineOf(sessionEnd)), signal));
    },

    extend: (desktopId, sessionEnd) => driver.setDeadline(desktopId, deadlineOf(sessionEnd)),

    confine: (desktopId, to) => driver.confine(desktopId, to),

    async find(desktopId) {
      const desktop = known.get(desktopId) ?? (await driver.find(desktopId));
      if (desktop) known.set(desktopId, desktop);
      return desktop;
    },

    watch: (desktopId, onReport) => driver.watch(desktopId, onReport),

    release(desktopId) {
      known.delete(desktopId);
      return driver.stop(desktopId);
    },

    async endOrphans(assigned) {
      const now = Date.now();
      const present = await driver.list();
      const strangers = present.filter(({ desktopId, status, deadline }) => {
        if (assigned.has(desktopId) || warm.has(desktopId) || starting.has(desktopId)) return false;
        // Another server's warm one, or a dead server's: its lease decides.
        return status === 'gone' || status === 'failed' || deadline.getTime() > now + WARM_LEASE_MS;
      });
      for (const desktopId of [...firstSeen.keys()]) {
        if (!strangers.some((stranger) => stranger.desktopId === desktopId)) firstSeen.delete(desktopId);
      }
      for (const { desktopId } of strangers) {
        const seen = firstSeen.get(desktopId) ?? now;
        firstSeen.set(desktopId, seen);
        if (now - seen < ORPHAN_AGE_MS) continue;
        log.warn({ event: 'desktop.orphan-ended', desktopId });
        known.delete(desktopId);
        await driver.stop(desktopId);
      }
    },

    get warmCount() {
      return warm.size;
    },

    async stop() {
      stopping.abort();
      if (refill) clearTimeout(refill);
      await pool?.stop();
      await Promise.allSettled(starting.values());
      await Promise.all([...warm.keys()].map((desktopId) => driver.stop(desktopId)));
      warm.clear();
    },
  };
}
