import { parseArgs } from 'node:util';
import { measuredRun } from '../bench/measured-run.ts';
import { storm } from './storm.ts';

/** `npm run chaos -- --minutes 10 --seed N`: prints what was hit, what came back when, and what held. */
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '2' }, seed: { type: 'string' } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const minutes = Number(values.minutes);
if (!Number.isInteger(seed) || !(minutes > 0 && minutes <= 600)) {
  console.error('usage: npm run chaos -- [--minutes 10] [--seed N]');
  process.exit(2);
}

await measuredRun(async () => {
  console.log(`seed ${seed}, ${minutes} minutes`);
  const report = await storm({ seed, durationMs: minutes * 60_000, say: console.log });
  const back = report.backMs.sort((a, b) => a - b);
  const at = (part: number) => back[Math.min(back.length - 1, Math.floor(back.length * part))] ?? 0;
  console.log(
    `\nfaults: ${Object.entries(report.faults)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
  );
  console.log(`browser back: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, max ${at(1)} ms`);
  console.log(
    report.violations.length === 0 ? 'everything held' : `violations:\n${report.violations.join('\n')}`,
  );
  console.log(`again with: npm run chaos -- --minutes ${minutes} --seed ${seed}`);
  process.exitCode = report.violations.length === 0 ? 0 : 1;
});
