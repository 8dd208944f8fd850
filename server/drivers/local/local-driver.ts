import { readdir, readFile, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { DESKTOP_FILES, type DesktopState } from '../../../shared/desktop.ts';
import type { Remains } from '../../../shared/receipt.ts';
import { type Desktop, type DesktopDriver, DesktopFailed, type DesktopSpec } from '../driver.ts';
import { findCgroups } from './cgroups.ts';
import { command } from './control-client.ts';
import { launchSupervisor } from './launcher.ts';
import { findPlaces, type Places } from './places.ts';
import { isAlive, killProcess, processesOf, waitFor, waitUntilDead } from './processes.ts';
import { remainsOf } from './remains.ts';
import { isOver, readState, reportOf } from './reports.ts';
import { buildDesktopBundle, installRuntime } from './runtime.ts';
import { createDesktopUsers } from './users.ts';
import { watchDesktop } from './watch.ts';

const START_TIMEOUT_MS = 25_000;
const STOP_POLITELY_MS = 1000;
const STOP_HARD_MS = 5000;
const COMMAND_TIMEOUT_MS = 2000;
/** What a dead supervisor leaves and a new one makes again; the profile stays. */
const STALE = [
  ...(['launch', 'status', 'control', 'rfb', 'cdp'] as const).map((name) => DESKTOP_FILES[name]),
  ...['io', 'egress'].map((name) => join(DESKTOP_FILES.work, name)),
];
const FREE_BYTES_MIN = 500 * 1024 * 1024;

export interface LocalDriverOptions {
  dataDir: string;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** The built supervisor; without it esbuild makes one from the sources. */
  bundle?: Uint8Array;
}

/** Runs desktops on this machine, each in bubblewrap and, as root, under a user of its own. */
export function createLocalDriver({ dataDir, log, bundle }: LocalDriverOptions): DesktopDriver {
  const users = createDesktopUsers();
  const prepared = once(async () => {
    const places = await findPlaces(dataDir);
    const cgroups = await findCgroups();
    log.info({ event: 'desktop.limits', limited: cgroups.limited }, 'limits for each desktop');
    return {
      places,
      cgroups,
      runtime: await installRuntime(places.runtime, await buildDesktopBundle(bundle)),
    };
  });
  const stopping = new Map<string, Promise<Remains>>();

  return {
    name: 'local',

    async start(spec, signal) {
      signal.throwIfAborted();
      const { places } = await prepared();
      const dir = places.of(spec.desktopId);
      await requireDisk(places.desktops);
      if (await stat(dir).catch(() => null)) throw new Error(`desktop ${spec.desktopId} exists already`);
      const uid = await users.take(dir);
      return launch(spec, uid, signal);
    },

    async revive(spec, signal) {
      const { places } = await prepared();
      const dir = places.of(spec.desktopId);
      const folder = await stat(dir).catch(() => null);
      if (!folder) throw new DesktopFailed('died', `nothing is left of desktop ${spec.desktopId}`);
      const uid = userOf(folder);
      await endProcesses(dir, spec.desktopId, uid);
      await Promise.all(STALE.map((name) => rm(join(dir, name), { recursive: true, force: true })));
      return launch(spec, uid, signal);
    },

    async find(desktopId) {
      const { places } = await prepared();
      const dir = places.of(desktopId);
      const state = await readState(dir);
      if (!state || isOver(state.status)) return null;
      return (await isAlive(state.supervisor)) ? desktopIn(dir, desktopId) : null;
    },

    async list() {
      const { places } = await prepared();
      const names = (await readdir(places.desktops)).filter((name) => name.startsWith('dsk_'));
      return Promise.all(names.map((desktopId) => reportOf(places.of(desktopId), desktopId)));
    },

    async setDeadline(desktopId, deadline) {
      const { places } = await prepared();
      const obeyed = (state: DesktopState) => Date.parse(state.deadline) === deadline.getTime();
      const path = join(places.of(desktopId), DESKTOP_FILES.control);
      const message = { type: 'set-deadline', deadline: deadline.toISOString() } as const;
      const state = await command(path, message, obeyed, COMMAND_TIMEOUT_MS);
      if (!state)
        throw new DesktopFailed('died', `desktop ${desktopId} is gone: its deadline cannot be moved`);
    },

    async confine(desktopId, to) {
      const { places } = await prepared();
      const until = to && new Date(Date.now() + to.forMs).toISOString();
      const confinement = to && until ? { origins: to.origins, until } : null;
      const obeyed = (state: DesktopState) => state.confined?.until === (until ?? undefined);
      const path = join(places.of(desktopId), DESKTOP_FILES.control);
      const message = { type: 'confine', to: confinement } as const;
      const state = await command(path, message, obeyed, COMMAND_TIMEOUT_MS);
      if (!state) throw new DesktopFailed('died', `desktop ${desktopId} is gone: it cannot be confined`);
    },

    stop,

    watch(desktopId, onReport) {
      let unwatch: (() => void) | null = null;
      let over = false;
      prepared().then(
        ({ places }) => {
          if (!over) unwatch = watchDesktop(places.of(desktopId), desktopId, onReport);
        },
        (error) =>
          log.error({ event: 'desktop.watch-failed', desktopId, err: error }, 'cannot watch desktop'),
      );
      return () => {
        over = true;
        unwatch?.();
      };
    },
  };

  async function launch(spec: DesktopSpec, uid: number | null, signal: AbortSignal): Promise<Desktop> {
    const { places, cgroups, runtime } = await prepared();
    const dir = places.of(spec.desktopId);
    const startedAt = performance.now();
    try {
      const pid = await launchSupervisor(runtime, launchFor(spec, dir, uid), uid);
      // Before it starts the sandbox: what it starts later is born inside the limits.
      await cgroups.add(spec.desktopId, pid);
      await untilReady(dir, pid, signal);
    } catch (error) {
      await stop(spec.desktopId);
      if (uid !== null) await users.give(uid);
      throw error;
    }
    const readyInMs = Math.round(performance.now() - startedAt);
    log.info({ event: 'desktop.started', desktopId: spec.desktopId, uid, readyInMs }, 'desktop is ready');
    return desktopIn(dir, spec.desktopId);
  }

  function stop(desktopId: string): Promise<Remains> {
    const running = stopping.get(desktopId);
    if (running) return running;
    const stopped = prepared()
      .then(async ({ places, cgroups }) => {
        await end(places, desktopId);
        await cgroups.remove(desktopId);
        return remainsOf(places.of(desktopId));
      })
      .finally(() => stopping.delete(desktopId));
    stopping.set(desktopId, stopped);
    return stopped;
  }

  async function end(places: Places, desktopId: string): Promise<void> {
    const dir = places.of(desktopId);
    const folder = await stat(dir).catch(() => null);
    if (!folder) return;
    const startedAt = performance.now();
    const uid = userOf(folder);
    await endProcesses(dir, desktopId, uid);
    await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    if (uid !== null) await users.give(uid);
    const stoppedInMs = Math.round(performance.now() - startedAt);
    log.info({ event: 'desktop.stopped', desktopId, stoppedInMs }, 'desktop is gone');
  }

  async function endProcesses(dir: string, desktopId: string, uid: number | null): Promise<void> {
    const state = await readState(dir);
    if (state && (await isAlive(state.supervisor))) {
      const gone = (told: DesktopState) => told.status === 'gone';
      await command(join(dir, DESKTOP_FILES.control), { type: 'stop' }, gone, STOP_POLITELY_MS);
      await waitUntilDead(state.supervisor, STOP_POLITELY_MS);
    }
    const left = await readState(dir);
    for (const ref of [state?.supervisor, left?.supervisor, left?.sandbox, state?.sandbox]) {
      await killProcess(ref ?? null);
    }
    if (uid !== null) await killAllOf(uid);
    const dead = await waitFor(
      async () => !(await isAlive(left?.supervisor ?? null)) && !(await isAlive(left?.sandbox ?? null)),
      STOP_HARD_MS,
    );
    if (!dead) throw new Error(`desktop ${desktopId} still has processes: will be tried again`);
  }

  async function killAllOf(uid: number): Promise<void> {
    const none = await waitFor(async () => {
      const pids = await processesOf(uid);
      for (const pid of pids) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It ended by itself between the look and the kill.
        }
      }
      return pids.length === 0;
    }, STOP_HARD_MS);
    if (!none) throw new Error(`user ${uid} still has processes: will be tried again`);
  }
}

/** Null when it is the server's own, which then runs every desktop. */
const userOf = (folder: { uid: number }) => (folder.uid === process.getuid?.() ? null : folder.uid);

function launchFor(spec: DesktopSpec, dir: string, uid: number | null) {
  return {
    desktopId: spec.desktopId,
    dir,
    widthPx: spec.widthPx,
    heightPx: spec.heightPx,
    deadline: spec.deadline.toISOString(),
    egressAllowPrivate: spec.egressAllowPrivate,
    ownUser: uid !== null,
  };
}

async function untilReady(dir: string, pid: number, signal: AbortSignal): Promise<void> {
  let state: DesktopState | null = null;
  const over = await waitFor(async () => {
    signal.throwIfAborted();
    state = await readState(dir);
    if (state) return state.status !== 'starting' || !(await isAlive(state.supervisor));
    return !(await stat(`/proc/${pid}`).catch(() => null));
  }, START_TIMEOUT_MS);
  const seen = state as DesktopState | null;
  if (seen?.status === 'ready') return;
  const logTail = (await readFile(join(dir, DESKTOP_FILES.log), 'utf8').catch(() => '')).slice(-2000);
  if (seen?.failure) throw new DesktopFailed(seen.failure.code, seen.failure.message);
  if (!over) throw new DesktopFailed('timed-out', `the supervisor did not get ready: ${logTail}`);
  throw new DesktopFailed('died', `the supervisor ended while it started: ${logTail}`);
}

async function requireDisk(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= FREE_BYTES_MIN) return;
  const freeMb = Math.floor((bavail * bsize) / 1024 / 1024);
  throw new DesktopFailed('no-disk', `only ${freeMb} MB are free at ${folder}: a desktop needs 500 MB`);
}

function desktopIn(dir: string, desktopId: string): Desktop {
  return {
    desktopId,
    rfb: { path: join(dir, DESKTOP_FILES.rfb) },
    cdp: { path: join(dir, DESKTOP_FILES.cdp) },
    home: { inside: '/home/u', outside: join(dir, DESKTOP_FILES.work, 'home') },
  };
}

/** Runs the work at its first call; a failure is forgotten, so that the next call tries again. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | null = null;
  return () => {
    result ??= work().catch((error) => {
      result = null;
      throw error;
    });
    return result;
  };
}
