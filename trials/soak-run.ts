import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../bench/baseline.ts';
import { pssMb } from '../bench/desktops.ts';
import { percentile } from '../bench/figures.ts';
import { untilLogged } from '../bench/measures.ts';
import { openDatabase } from '../server/db/database.ts';
import { startEmbeddedPostgres } from '../server/db/embedded.ts';
import { createLocalDriver } from '../server/drivers/local/local-driver.ts';
import { createLog } from '../server/lib/log.ts';
import type { Stopper } from '../server/lib/stopper.ts';
import { startServer } from '../server/testing/running-server.ts';
import { startTestPages } from '../server/testing/test-pages.ts';
import { buySession, type Visitor } from '../server/testing/visitor.ts';
import { commitEvent, EventClock } from './event-clock.ts';
import { type Held, watchProcess } from './held-memory.ts';
import { play } from './play.ts';
import { createRandom, type Random } from './random.ts';
import { openSoakPage, type SoakPage } from './soak-page.ts';

export interface SoakOptions {
  minutes: number;
  seed: number;
  sessions: number;
  say: (line: string) => void;
}

export interface Sample extends Held {
  atS: number;
  cpuPercent: number;
  desktopsPssMb: number;
  eventP50Ms: number;
  eventP99Ms: number;
  framesPerSecond: number;
  longestSilenceMs: number;
}

export interface SoakReport {
  renewals: number;
  /** As many as the tokens' lives make necessary. */
  renewalsDue: number;
  drops: string[];
  events: number;
  lostEvents: number;
  tasks: number;
  failedTasks: string[];
  /** What the server logged as an error. */
  errors: unknown[];
  samples: Sample[];
}

const TOKEN_MS = 120_000;
const PAGES_PER_SESSION = 2;
const SAMPLES = 60;
const SAMPLE_MIN_MS = 5_000;
/** The pages look at their sessions a while before and after the time that counts. */
const MARGIN_MS = 600_000;

/** Sessions, sockets and streams that are kept open while tokens die and tasks run. [AUTH-6] */
export async function soak(options: SoakOptions, stopper: Stopper): Promise<SoakReport> {
  const { minutes, seed, sessions, say } = options;
  const durationMs = minutes * 60_000;
  const log = createLog('silent', 'json');
  const site = await startTestPages();
  stopper.add('pages', site.stop);
  const inspectorPort = await freePort();
  const env = {
    ACCESS_TOKEN_MS: String(TOKEN_MS),
    SESSION_TTL_MS: String(durationMs + MARGIN_MS),
    EGRESS_ALLOW_PRIVATE: site.host,
    MAX_SESSIONS: String(sessions),
    WARM_DESKTOPS: '0',
    LOG_LEVEL: 'info',
  };
  const nodeArgs = [`--inspect=127.0.0.1:${inspectorPort}`];
  const server = await startServer(env, undefined, { nodeArgs });
  stopper.add('server', server.stop);
  const watch = await watchProcess(server.pid, inspectorPort);
  stopper.add('inspector', watch.close);
  const postgres = await startEmbeddedPostgres(join(server.dataDir, 'postgres'));
  const database = openDatabase(postgres.url(), log);
  stopper.add('database', database.stop);
  const driver = createLocalDriver({ dataDir: server.dataDir, log });

  const moving = { navigate: `${site.url}/ticker` };
  const clock = new EventClock();
  const report: SoakReport = {
    ...{ renewals: 0, renewalsDue: 0, drops: [], events: 0, lostEvents: 0 },
    ...{ tasks: 0, failedTasks: [], errors: [], samples: [] },
  };
  const pages: SoakPage[] = [];
  const over = new AbortController();
  const work: Promise<void>[] = [];
  const begun = Date.now();
  const atS = () => Math.round((Date.now() - begun) / 1_000);
  stopper.add('pages that are open', async () => {
    over.abort();
    for (const page of pages) page.close();
    await Promise.all(work);
  });

  say(`buying ${sessions} sessions`);
  for (let index = 0; index < sessions; index++) {
    const visitor = await buySession(server);
    const { sessionId } = visitor;
    await untilLogged(server, 'session.live', index + 1);
    for (let count = 0; count < PAGES_PER_SESSION; count++) {
      pages.push(
        await openSoakPage(server, visitor, {
          onEvent: (seq) => clock.heard(sessionId, seq),
          onDrop: (why) => {
            report.drops.push(`${atS()} s, ${why}`);
            say(`DROP at ${report.drops.at(-1)}`);
          },
        }),
      );
    }
    const random = createRandom(seed + index);
    const page = pages.at(-1) as SoakPage;
    await show(visitor, page, [moving]);
    work.push(
      again(random, 500, 1_500, async () => {
        await commitEvent(database.db, clock, sessionId);
        report.events++;
      }),
      // Now and then longer than the half minute after which the agent lets go of an idle browser.
      again(random, 5_000, 60_000, () => playOne(visitor, page)),
    );
  }

  for (const page of pages) page.takeFrames(); // what was before does not count
  const eachMs = Math.max(SAMPLE_MIN_MS, durationMs / SAMPLES);
  const startedAt = Date.now();
  let cpuBefore = await watch.cpuSeconds();
  while (Date.now() - startedAt < durationMs) {
    const from = Date.now();
    await pause(eachMs);
    const cpu = await watch.cpuSeconds();
    const seconds = (Date.now() - from) / 1_000;
    report.samples.push({ ...(await sample(seconds)), cpuPercent: (100 * (cpu - cpuBefore)) / seconds });
    cpuBefore = await watch.cpuSeconds(); // without what the sample itself has cost
    const { atS: at, rssMb, heapMb, eventP99Ms } = report.samples.at(-1) as Sample;
    say(
      `${at} s: ${rssMb.toFixed()} MB, heap ${heapMb.toFixed(1)} MB, events p99 ${eventP99Ms.toFixed()} ms`,
    );
  }
  report.renewals = pages.reduce((sum, page) => sum + page.renewals, 0);
  report.renewalsDue = pages.length * Math.floor((Date.now() - startedAt) / TOKEN_MS);
  over.abort();
  await Promise.all(work);
  report.lostEvents += clock.take(() => PAGES_PER_SESSION).lost;
  report.errors = server.errors();
  return report;

  async function sample(seconds: number): Promise<Omit<Sample, 'cpuPercent'>> {
    const { latenciesMs, lost } = clock.take(() => PAGES_PER_SESSION);
    report.lostEvents += lost;
    const frames = pages.map((page) => page.takeFrames());
    const alive = (await driver.list()).flatMap(({ pids }) => pids?.supervisor ?? []);
    const sizes = await Promise.all(alive.map((supervisorPid) => pssMb({ supervisorPid })));
    return {
      atS: atS(),
      ...(await watch.held()),
      desktopsPssMb: sizes.reduce((sum, { megabytes }) => sum + megabytes, 0),
      eventP50Ms: percentile(latenciesMs, 50),
      eventP99Ms: percentile(latenciesMs, 99),
      framesPerSecond: frames.reduce((sum, { frames: count }) => sum + count, 0) / seconds,
      longestSilenceMs: Math.max(...frames.map(({ longestSilenceMs }) => longestSilenceMs)),
    };
  }

  /** What people do with an agent, in small: a form, and then a page that moves. */
  async function playOne(visitor: Visitor, page: SoakPage): Promise<void> {
    const form = [
      { navigate: `${site.url}/form` },
      { fill: { label: 'Your name', value: 'Somebody' } },
      { click: { role: 'button', name: 'Send order' } },
      { assert: { role: 'heading', name: 'Thank you, Somebody' } },
    ];
    await show(visitor, page, [...form, moving]);
    report.tasks++;
  }

  async function show(visitor: Visitor, page: SoakPage, steps: readonly unknown[]): Promise<void> {
    await play(visitor, { authorization: `Bearer ${await page.token()}` }, steps);
  }

  /** Until the soak is over, after a pause each time. */
  async function again(
    random: Random,
    minMs: number,
    maxMs: number,
    run: () => Promise<void>,
  ): Promise<void> {
    while (!over.signal.aborted) {
      await pause(random.between(minMs, maxMs), undefined, { signal: over.signal }).catch(() => undefined);
      if (over.signal.aborted) return;
      await run().catch((error: Error) => report.failedTasks.push(`${atS()} s: ${error.message}`));
    }
  }
}
