import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Stopper } from '../server/lib/stopper.ts';
import { type RunningServer, startServer } from '../server/testing/running-server.ts';
import { buySession, type Visitor } from '../server/testing/visitor.ts';
import type { VncTicket } from '../shared/api.ts';
import { missingBaselinePrograms, startBaseline } from './baseline.ts';
import type { Column } from './columns.ts';
import { chromiumCommandOf, onlyDesktopOf } from './desktops.ts';
import { type Figure, table } from './figures.ts';
import { measuredRun } from './measured-run.ts';
import { firstFrames, frames, inputToPixel, memory, relayCost, untilLogged } from './measures.ts';
import { startPages } from './pages.ts';
import { unixTransport, webSocketTransport } from './rfb-client.ts';

/** `npm run bench`: everything side by side in one run, against the product as `npm start` runs it. */
const { values: flags } = parseArgs({ options: { json: { type: 'string', default: 'dist/bench.json' } } });
const IDLE_MS = 6_000;

await measuredRun(async (stopper) => {
  const loadBefore = loadavg()[0] ?? 0;
  const figures = await measureAll(stopper);
  const machine = {
    processors: `${cpus().length} × ${cpus()[0]?.model}`,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    loadBefore,
  };
  mkdirSync(dirname(flags.json), { recursive: true });
  const result = { takenAt: new Date().toISOString(), machine, figures };
  writeFileSync(flags.json, `${JSON.stringify(result, null, 2)}\n`);
  console.log(`\n${table(figures)}\n`);
  const { processors, memoryGb, kernel, node } = machine;
  console.log(`${processors}, ${memoryGb} GB, Linux ${kernel}, Node ${node}`);
  console.log(`load when it began: ${loadBefore.toFixed(2)}; written to ${flags.json}`);
});

async function measureAll(stopper: Stopper): Promise<Figure[]> {
  const pages = await startPages();
  stopper.add('pages', pages.stop);
  say('Starting a server without warm desktops, and buying a session');
  const cold = await started(stopper, { WARM_DESKTOPS: '0', EGRESS_ALLOW_PRIVATE: pages.host });
  const visitor = await buySession(cold);
  await untilLogged(cold, 'session.live', 1);
  const desktop = await onlyDesktopOf(cold);
  await delay(IDLE_MS);
  const aloneMb = await memory('alone', desktop);
  const warm = await started(stopper, { WARM_DESKTOPS: '1' });
  await untilLogged(warm, 'desktop.warm', 1);
  await delay(IDLE_MS);
  const besideMb = await memory('beside a warm one', desktop);

  const dialProduct = () => dialThroughProduct(cold, visitor);
  const devtools = { socketPath: desktop.cdpPath };
  const columns: Column[] = [
    { name: 'raw', devtools, dial: async () => unixTransport(desktop.rfbPath) },
    { name: 'product', devtools, dial: dialProduct },
  ];
  const missing = missingBaselinePrograms();
  if (missing.length > 0) {
    say(`No baseline: ${missing.join(', ')} not installed. For its column, and for PERF-6, run:
  apt-get install -y --no-install-recommends xvfb x11vnc websockify`);
  } else {
    const baseline = await startBaseline(await chromiumCommandOf(desktop));
    stopper.add('baseline', baseline.stop);
    const dial = async () => webSocketTransport(baseline.url, 'none', 'http://localhost');
    columns.push({ name: 'baseline', devtools: baseline.devtools, dial });
  }
  say('PERF-1: input → pixel');
  const inputs = await inputToPixel(columns, pages);
  say('PERF-2: frames in full motion');
  const rates = await frames(columns, pages);
  say('PERF-6: processor per GB relayed');
  const costs =
    missing.length > 0 ? [] : await relayCost(desktop.rfbPath, { pid: cold.pid, dial: dialProduct });
  say('PERF-4 and PERF-5: paid → first frame, reload → picture');
  return [...inputs, ...rates, ...(await firstFrames(warm, cold)), ...costs, ...aloneMb, ...besideMb];
}

async function started(stopper: Stopper, env: Record<string, string>): Promise<RunningServer> {
  const server = await startServer(env);
  stopper.add('server', server.stop);
  return server;
}

/** The way a page takes: a ticket of its own for every connection. */
async function dialThroughProduct(server: RunningServer, visitor: Visitor) {
  const path = `/api/sessions/${visitor.sessionId}/vnc-ticket`;
  const { body } = await visitor.browser.post<VncTicket>(path, { mode: 'control' }, visitor.bearer);
  const url = server.url.replace('http', 'ws').concat(`/vnc/${visitor.sessionId}`);
  return webSocketTransport(url, body.ticket, server.url);
}

function say(words: string): void {
  process.stderr.write(`${words} …\n`);
}
