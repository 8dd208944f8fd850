import { setTimeout as pause } from 'node:timers/promises';
import { createLocalDriver } from '../server/drivers/local/local-driver.ts';
import { createLog } from '../server/lib/log.ts';
import { processTree } from '../server/testing/processes.ts';
import { type RunningServer, startServer } from '../server/testing/running-server.ts';
import { startTestPages } from '../server/testing/test-pages.ts';
import { buySession } from '../server/testing/visitor.ts';
import { asAdmin, createFaults } from './faults.ts';
import { createRandom } from './random.ts';
import { look, paint, type Witness } from './witness.ts';

export interface StormOptions {
  seed: number;
  durationMs: number;
  say: (line: string) => void;
}

export interface StormReport {
  seed: number;
  faults: Record<string, number>;
  /** How long until every browser showed its own page again, per fault. */
  backMs: number[];
  violations: string[];
}

const WITNESSES = 2;
const BACK_LIMIT_MS = 10_000;
/** Chromium writes its tabs down every few seconds; what is younger than that no crash brings back. */
const TABS_SAVED_MS = 6_000;
const AFTER_STORM_MS = 15_000;

/** Seeded `kill -9` of everything, while buyers watch their own browsers from outside. [OPS-8] */
export async function storm({ seed, durationMs, say }: StormOptions): Promise<StormReport> {
  const random = createRandom(seed);
  const report: StormReport = { seed, faults: {}, backMs: [], violations: [] };
  const pages = await startTestPages();
  // Long enough for the storm and its slow recoveries; the end is a part of the trial.
  const ttlMs = durationMs + WITNESSES * 20_000 + AFTER_STORM_MS + 60_000;
  const env = {
    EGRESS_ALLOW_PRIVATE: pages.host,
    SESSION_TTL_MS: String(ttlMs),
    WARM_DESKTOPS: '1',
    LOG_LEVEL: 'info',
  };
  let server = await startServer(env);
  const { dataDir } = server;
  const ports = { PORT: new URL(server.url).port, STRIPE_SANDBOX_PORT: new URL(server.sandboxUrl).port };
  const faults = createFaults(dataDir, async () => {
    await server.kill('SIGKILL');
    server = {
      ...(await startServer({ ...env, ...ports }, dataDir)),
      url: server.url,
      sandboxUrl: server.sandboxUrl,
    };
  });

  try {
    const witnesses: Witness[] = [];
    for (const colour of ['c04040', '4040c0'].slice(0, WITNESSES)) {
      const witness = { visitor: await buySession(server), colour };
      await backAgain(server, [witness], null);
      await paint(witness, pages.url);
      await backAgain(server, [witness], witnesses);
      witnesses.push(witness);
    }
    await pause(TABS_SAVED_MS);
    const begun = Date.now();
    while (Date.now() - begun < durationMs) {
      const name = random.pick(Object.keys(faults));
      const hit = await (faults[name] as (typeof faults)[string])(random);
      report.faults[name] = (report.faults[name] ?? 0) + 1;
      const back = await backAgain(server, witnesses, witnesses).catch((error: Error) => error);
      const at = `${Math.round((Date.now() - begun) / 1000)} s`;
      if (back instanceof Error) report.violations.push(`${at}, ${name} (${hit}): ${back.message}`);
      else report.backMs.push(back);
      say(
        `${at.padStart(6)}  ${name} (${hit}): ${back instanceof Error ? back.message : `back in ${back} ms`}`,
      );
      await pause(random.between(200, 3_000));
    }
    await checkPayments(dataDir, report);
    await checkEnd(server, witnesses, report);
    return report;
  } finally {
    await server.stop();
    await pages.stop();
  }

  /** Resolves when every witness sees their own colour; a colour of somebody else is the worst of all. */
  async function backAgain(at: RunningServer, who: Witness[], all: Witness[] | null): Promise<number> {
    const begun = Date.now();
    let last = 'nothing seen';
    for (const witness of who) {
      for (;;) {
        const seen = await look(at, witness).catch((error: Error) => error);
        if (!(seen instanceof Error)) {
          const foreign = all?.find(({ colour }) => colour === seen && colour !== witness.colour);
          if (foreign) throw new Error(`[ISO-3] a buyer saw another's page (${seen})`);
          if (all === null || seen === witness.colour) break;
        }
        last = seen instanceof Error ? seen.message : `the picture shows ${seen}`;
        if (Date.now() - begun > BACK_LIMIT_MS + (all === null ? BACK_LIMIT_MS : 0)) {
          throw new Error(`not back within ${BACK_LIMIT_MS} ms: ${last}`);
        }
        await pause(100);
      }
    }
    return Date.now() - begun;
  }
}

async function checkPayments(dataDir: string, report: StormReport): Promise<void> {
  const { rows } = await asAdmin(dataDir, (client) =>
    client.query(`SELECT (SELECT count(*)::int FROM orders WHERE paid_at IS NOT NULL) AS paid,
                         (SELECT count(*)::int FROM sessions) AS sessions`),
  );
  const { paid, sessions } = rows[0];
  if (paid !== sessions || paid !== WITNESSES) {
    report.violations.push(
      `[PAY-1] ${WITNESSES} bought, ${paid} orders are paid, ${sessions} sessions exist`,
    );
  }
}

/** Server dead, time up: everything of the sessions must be gone within 5 s of the end. [SES-1] */
async function checkEnd(server: RunningServer, witnesses: Witness[], report: StormReport): Promise<void> {
  const driver = createLocalDriver({ dataDir: server.dataDir, log: createLog('silent', 'json') });
  await asAdmin(server.dataDir, (client) =>
    client.query(`UPDATE sessions SET expires_at = now() + interval '4 seconds'`),
  );
  await server.kill('SIGKILL');
  const end = Date.now() + 4_000;
  const alive = (await driver.list()).filter(({ status }) => status !== 'gone' && status !== 'failed');
  for (const { desktopId } of alive) await driver.setDeadline(desktopId, new Date(end));
  while (Date.now() < end + 5_000) await pause(100);
  const trees = alive.map(({ pids }) => (pids ? processTree(pids.supervisor) : []));
  const left = (await Promise.all(trees)).flat();
  if (left.length > 0) report.violations.push(`[SES-1] ${left.length} processes outlived their session`);
  if (witnesses.length !== WITNESSES) report.violations.push('not every witness was there');
}
