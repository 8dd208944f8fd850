import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../bench/baseline.ts';
import { percentile } from '../bench/figures.ts';
import { untilLogged } from '../bench/measures.ts';
import { openDatabase } from '../server/db/database.ts';
import { startEmbeddedPostgres } from '../server/db/embedded.ts';
import { createLog } from '../server/lib/log.ts';
import type { Stopper } from '../server/lib/stopper.ts';
import { Browser } from '../server/testing/browser.ts';
import { type RunningServer, startServer } from '../server/testing/running-server.ts';
import { startTestPages } from '../server/testing/test-pages.ts';
import { buySession, type Visitor } from '../server/testing/visitor.ts';
import { addressOf, Crowd } from './crowd.ts';
import { commitEvent, EventClock } from './event-clock.ts';
import { type Held, watchProcess } from './held-memory.ts';
import { type Picture, watchPicture } from './picture.ts';
import { play } from './play.ts';
import { createRandom } from './random.ts';

export interface LoadOptions {
  seed: number;
  /** Control sockets while events flow. */
  clients: number;
  /** Control sockets that only stay open, at the most. */
  idle: number;
  /** Sessions with a real desktop; each shows a page that moves. */
  desktops: number;
  streams: number;
  eventsPerSecond: number;
  reconnectsPerSecond: number;
  secondsPerPhase: number;
  say: (line: string) => void;
}

export interface IdleRow extends Held {
  sockets: number;
}

export interface PhaseRow extends Held {
  name: string;
  sessions: number;
  sockets: number;
  streams: number;
  eventsPerSecond: number;
  deliveriesPerSecond: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  reconnects: number;
  backP50Ms: number;
  backP95Ms: number;
  framesPerSecond: number;
  tasks: number;
  cpuPercent: number;
  errors: string[];
}

export interface LoadReport {
  idle: IdleRow[];
  phases: PhaseRow[];
}

/** Two fewer than the server allows, so that a broken socket need not be gone before the next one comes. */
const CLIENTS_PER_SESSION = 30;
const SETTLE_MS = 2_000;

/** Many clients, reconnects, streams and tasks at one real server, on this machine alone. [PERF-7] [PERF-9] */
export async function load(options: LoadOptions, stopper: Stopper): Promise<LoadReport> {
  const { clients, idle, say } = options;
  const random = createRandom(options.seed);
  const site = await startTestPages();
  stopper.add('pages', site.stop);
  const inspectorPort = await freePort();
  const env = {
    TRUST_PROXY: 'true',
    MAX_SESSIONS: '10000',
    WARM_DESKTOPS: '0',
    EGRESS_ALLOW_PRIVATE: site.host,
    LOG_LEVEL: 'info',
  };
  const started = await startServer(env, undefined, {
    program: ['trials/load-server.ts', String(options.desktops)],
    nodeArgs: [`--inspect=127.0.0.1:${inspectorPort}`],
  });
  stopper.add('server', started.stop);
  const server = { ...started, url: started.url.replace('localhost', '127.0.0.1') };
  const watch = await watchProcess(server.pid, inspectorPort);
  stopper.add('inspector', watch.close);
  const postgres = await startEmbeddedPostgres(join(server.dataDir, 'postgres'));
  const database = openDatabase(postgres.url(), createLog('silent', 'json'));
  stopper.add('database', database.stop);

  const sessions = Math.ceil(Math.max(clients, idle) / CLIENTS_PER_SESSION);
  say(`buying ${sessions} sessions, ${options.desktops} with a desktop`);
  const visitors = await buyMany(server, sessions, options.desktops);
  const clock = new EventClock();
  const crowd = new Crowd(server, clock);
  stopper.add('crowd', () => crowd.close());
  const pictures: Picture[] = [];
  const dropped: string[] = [];
  stopper.add('pictures', () => {
    for (const picture of pictures) picture.close();
  });

  const report: LoadReport = { idle: [], phases: [] };
  for (const sockets of idleSteps(idle)) {
    await crowd.growTo(sockets, visitors);
    await pause(SETTLE_MS);
    report.idle.push({ sockets, ...(await watch.held()) });
    say(`${sockets} idle sockets: ${report.idle.at(-1)?.rssMb.toFixed()} MB`);
  }
  crowd.shrinkTo(clients);
  await crowd.growTo(clients, visitors);
  await pause(SETTLE_MS);

  report.phases.push(await phase('events', {}));
  report.phases.push(await phase('and reconnects', { reconnects: true }));
  const moving = visitors.slice(0, options.desktops);
  for (const visitor of moving)
    await play(visitor, await bearerOf(visitor), [{ navigate: `${site.url}/ticker` }]);
  for (let count = 0; count < options.streams && moving.length > 0; count++) {
    const visitor = moving[count % moving.length] as Visitor;
    const token = await tokenOf(visitor);
    pictures.push(await watchPicture(server, visitor, token, (why) => dropped.push(`a picture: ${why}`)));
  }
  report.phases.push(await phase('and streams, tasks', { reconnects: true, tasks: true }));
  return report;

  /** A page of the visitor keeps it alive. */
  async function tokenOf(visitor: Visitor): Promise<string> {
    const member = crowd.members.find((one) => one.visitor === visitor);
    if (!member) throw new Error('the visitor has no page');
    return member.link.token();
  }

  async function bearerOf(visitor: Visitor): Promise<{ authorization: string }> {
    return { authorization: `Bearer ${await tokenOf(visitor)}` };
  }

  async function phase(name: string, what: { reconnects?: boolean; tasks?: boolean }): Promise<PhaseRow> {
    const errors: string[] = [];
    const seen = { drops: crowd.drops.length, logged: server.errors().length, pictures: dropped.length };
    const cpuBefore = await watch.cpuSeconds();
    for (const picture of pictures) picture.take();
    const begun = performance.now();
    const over = new AbortController();
    const failed = (error: Error) => void errors.push(error.message);
    let [events, tasks] = [0, 0];
    const busy = new Set<Promise<void>>();

    const work = [
      every(options.eventsPerSecond, () => {
        const { sessionId } = visitors[events++ % visitors.length] as Visitor;
        const commit = commitEvent(database.db, clock, sessionId).catch(failed);
        busy.add(commit);
        void commit.finally(() => busy.delete(commit));
      }),
    ];
    if (what.reconnects) work.push(every(options.reconnectsPerSecond, () => crowd.breakOne(random)));
    if (what.tasks) {
      for (const visitor of moving) {
        work.push(
          (async () => {
            while (!over.signal.aborted) {
              const steps = [{ navigate: `${site.url}/form` }, { navigate: `${site.url}/ticker` }];
              await play(visitor, await bearerOf(visitor), steps).then(() => tasks++, failed);
            }
          })(),
        );
      }
    }
    await pause(options.secondsPerPhase * 1_000);
    over.abort();
    await Promise.all([...work, ...busy]);
    const seconds = (performance.now() - begun) / 1_000;
    const cpuPercent = (100 * ((await watch.cpuSeconds()) - cpuBefore)) / seconds;
    const frames = pictures.reduce((sum, picture) => sum + picture.take().frames, 0);
    await crowd.everyoneLives().catch(failed);
    await pause(SETTLE_MS);
    const { latenciesMs, lost } = clock.take(crowd.membersOf, true);
    if (lost > 0) errors.push(`${lost} events were not heard`);
    errors.push(...crowd.drops.slice(seen.drops), ...dropped.slice(seen.pictures));
    errors.push(
      ...server
        .errors()
        .slice(seen.logged)
        .map((line) => JSON.stringify(line)),
    );
    const back = crowd.takeBack();
    const row: PhaseRow = {
      ...{ name, sessions: visitors.length, sockets: crowd.members.length, streams: pictures.length },
      eventsPerSecond: events / seconds,
      deliveriesPerSecond: latenciesMs.length / seconds,
      p50Ms: percentile(latenciesMs, 50),
      p95Ms: percentile(latenciesMs, 95),
      p99Ms: percentile(latenciesMs, 99),
      ...{ reconnects: back.count, backP50Ms: back.p50Ms, backP95Ms: back.p95Ms },
      framesPerSecond: frames / seconds,
      ...{ tasks, cpuPercent, errors },
      ...(await watch.held()),
    };
    say(`${name}: p99 ${row.p99Ms.toFixed(1)} ms, ${row.errors.length} errors`);
    return row;

    /** `perSecond` times a second, on the beat, however long each takes. */
    async function every(perSecond: number, run: () => void): Promise<void> {
      for (let count = 0; perSecond > 0 && !over.signal.aborted; count++) {
        const dueInMs = begun + (1_000 * count) / perSecond - performance.now();
        await pause(Math.max(0, dueInMs), undefined, { signal: over.signal }).catch(() => undefined);
        if (!over.signal.aborted) run();
      }
    }
  }
}

/** The first ones alone, so that it is they who get the real desktops. */
async function buyMany(server: RunningServer, count: number, desktops: number): Promise<Visitor[]> {
  const visitors: Visitor[] = [];
  const buy = async (index: number) => {
    visitors[index] = await buySession(server, new Browser(server.url, addressOf(index)));
  };
  for (let index = 0; index < Math.min(count, desktops); index++) {
    await buy(index);
    await untilLogged(server, 'session.live', index + 1);
  }
  for (let index = visitors.length; index < count; index += 4) {
    const some = Array.from({ length: Math.min(4, count - index) }, (_, offset) => index + offset);
    await Promise.all(some.map(buy));
  }
  await untilLogged(server, 'session.live', count);
  return visitors;
}

/** 100, 1,000, 10,000 … and the last as given. */
function idleSteps(most: number): number[] {
  const steps: number[] = [];
  for (let step = 100; step < most; step *= 10) steps.push(step);
  return [...steps, most];
}
