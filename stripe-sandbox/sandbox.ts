import type { AddressInfo } from 'node:net';
import { addApi, createApp } from './api/app.ts';
import { createFaultControl, type FaultControl } from './control/fault-control.ts';
import { addControlRoutes } from './control/routes.ts';
import { createVerbs, type Verbs } from './control/verbs.ts';
import { type Clock, type ManualClock, systemClock } from './core/clock.ts';
import { createDataFile, readDataFile } from './core/data-file.ts';
import { createPerformer } from './core/perform.ts';
import { createWorld } from './core/world.ts';
import { addPages } from './page/routes.ts';
import { configureEndpoint } from './webhooks/endpoints.ts';

export interface StripeSandboxOptions {
  /** 0 takes any free port. */
  port: number;
  host?: string | undefined;
  /** Where a browser finds the payment page; by default the address that is listened on. */
  publicUrl?: string | undefined;
  dataFile?: string | undefined;
  webhookEndpoints?: { url: string; secret: string }[];
  clock?: Clock;
}

export interface StripeSandbox {
  start(): Promise<{ url: string }>;
  stop(): Promise<void>;
  /** Resolves when everything due is done: webhooks answered, sessions expired. */
  idle(): Promise<void>;
  /** Moves a manual clock, doing all that falls due on the way in its order. */
  advance(ms: number): Promise<void>;
  faults: FaultControl;
  verbs: Verbs;
}

export function createStripeSandbox(options: StripeSandboxOptions): StripeSandbox {
  const clock = options.clock ?? systemClock;
  const { dataFile: dataPath, host = '127.0.0.1' } = options;
  const saved = dataPath === undefined ? undefined : readDataFile(dataPath);
  const dataFile = dataPath === undefined ? undefined : createDataFile(dataPath, () => world.snapshot());
  const world = createWorld(saved, clock, () => dataFile?.changed());
  const faults = createFaultControl(world);
  const verbs = createVerbs(world);
  const app = createApp();
  addApi(app, world);
  addControlRoutes(app, verbs, faults);
  addPages(app, world);
  const stopping = new AbortController();
  let started: Promise<{ url: string }> | undefined;
  let stopped: Promise<void> | undefined;

  async function start() {
    await app.listen({ port: options.port, host });
    const { port } = app.server.address() as AddressInfo;
    const ownUrl = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
    world.publicUrl = (options.publicUrl ?? ownUrl).replace(/\/+$/, '');
    world.forgetTheOld();
    for (const { url, secret } of options.webhookEndpoints ?? []) configureEndpoint(world, url, secret);
    world.schedule.start(createPerformer(world, stopping.signal));
    return { url: world.publicUrl };
  }

  async function stop() {
    await started?.catch(() => {});
    stopping.abort();
    await app.close();
    await world.schedule.stop();
    dataFile?.save();
  }

  return {
    start: () => (started ??= start()),
    stop: () => (stopped ??= stop()),
    idle: () => world.schedule.idle(),
    async advance(ms) {
      if (!('advanceTo' in clock)) throw new Error('Only a sandbox with a manual clock can be advanced.');
      const manual = clock as ManualClock;
      const untilMs = clock.nowMs() + ms;
      await world.schedule.idle();
      for (let due = world.schedule.nextDueAtMs(); due !== undefined && due <= untilMs; ) {
        manual.advanceTo(due);
        await world.schedule.idle();
        due = world.schedule.nextDueAtMs();
      }
      manual.advanceTo(untilMs);
    },
    faults,
    verbs,
  };
}
