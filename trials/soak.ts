import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { percentile } from '../bench/figures.ts';
import { measuredRun } from '../bench/measured-run.ts';
import { chart } from './chart.ts';
import { type Sample, type SoakReport, soak } from './soak-run.ts';

/** `npm run soak -- --minutes 30 --seed N`: what drops, and what grows, while nothing is wrong. */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    sessions: { type: 'string', default: '2' },
    seed: { type: 'string' },
    json: { type: 'string', default: 'dist/soak.json' },
  },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const [minutes, sessions] = [Number(values.minutes), Number(values.sessions)];
if (!Number.isInteger(seed) || !(minutes > 0 && minutes <= 1_440) || !(sessions >= 1 && sessions <= 50)) {
  console.error('usage: npm run soak -- [--minutes 30] [--sessions 2] [--seed N] [--json FILE]');
  process.exit(2);
}

const SILENCE_LIMIT_MS = 10_000;
const GROWN_MB = 8;
const GROWN_DESCRIPTORS = 10;

await measuredRun(async (stopper) => {
  console.log(`seed ${seed}, ${minutes} minutes, ${sessions} sessions`);
  const report = await soak({ minutes, seed, sessions, say: console.log }, stopper);
  const violations = violationsOf(report);
  mkdirSync(dirname(values.json), { recursive: true });
  const result = { takenAt: new Date().toISOString(), seed, minutes, sessions, violations, ...report };
  writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
  console.log(`\n${chartOf(report.samples)}\n`);
  const { renewals, drops, events, lostEvents, tasks } = report;
  console.log(`${drops.length} drops, ${renewals} renewals in-band, ${events} events (${lostEvents} lost),`);
  console.log(`${tasks} tasks; written to ${values.json}`);
  console.log(violations.length === 0 ? 'everything held' : `violations:\n${violations.join('\n')}`);
  console.log(`again with: npm run soak -- --minutes ${minutes} --sessions ${sessions} --seed ${seed}`);
  process.exitCode = violations.length === 0 ? 0 : 1;
});

function violationsOf(report: SoakReport): string[] {
  const { samples, renewals, renewalsDue } = report;
  const violations = report.drops.map((drop) => `dropped at ${drop}`);
  if (renewals < renewalsDue)
    violations.push(`[AUTH-6] ${renewals} renewals where ${renewalsDue} tokens died`);
  if (report.lostEvents > 0) violations.push(`[RT-4] ${report.lostEvents} events were not heard within 10 s`);
  violations.push(...report.failedTasks.map((task) => `failed at ${task}`));
  violations.push(...report.errors.map((line) => `[UI-5] the server logged ${JSON.stringify(line)}`));
  const still = Math.max(...samples.map(({ longestSilenceMs }) => longestSilenceMs));
  if (still > SILENCE_LIMIT_MS) violations.push(`a picture stood still for ${still.toFixed()} ms`);
  const grown = growth(samples, ({ heapMb }) => heapMb);
  if (grown > GROWN_MB) violations.push(`[RT-8] the heap grew by ${grown.toFixed(1)} MB`);
  const descriptors = growth(samples, (sample) => sample.descriptors);
  if (descriptors > GROWN_DESCRIPTORS) violations.push(`[RT-8] ${descriptors} more descriptors`);
  return violations;
}

/** From the second quarter, when caches and pools are full, to the last: medians. */
function growth(samples: readonly Sample[], of: (sample: Sample) => number): number {
  const quarter = Math.floor(samples.length / 4);
  if (quarter === 0) return 0;
  const middle = (part: readonly Sample[]) => percentile(part.map(of), 50);
  return middle(samples.slice(-quarter)) - middle(samples.slice(quarter, 2 * quarter));
}

function chartOf(samples: readonly Sample[]): string {
  const series = (name: string, of: (sample: Sample) => number, digits = 0) => ({
    ...{ name, digits },
    values: samples.map(of),
  });
  return chart([
    series('server memory, MB', ({ rssMb }) => rssMb),
    series('server heap held, MB', ({ heapMb }) => heapMb, 1),
    series('server descriptors', ({ descriptors }) => descriptors),
    series('server processor, %', ({ cpuPercent }) => cpuPercent, 1),
    series('desktops, MB PSS', ({ desktopsPssMb }) => desktopsPssMb),
    series('event → page p50, ms', ({ eventP50Ms }) => eventP50Ms, 1),
    series('event → page p99, ms', ({ eventP99Ms }) => eventP99Ms, 1),
    series('frames a second', ({ framesPerSecond }) => framesPerSecond),
    series('longest still, ms', ({ longestSilenceMs }) => longestSilenceMs),
  ]);
}
