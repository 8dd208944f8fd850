import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Everything that CI checks, in order of how soon it fails. Ends with one line that counts. */
interface Step {
  name: string;
  command: string[];
  env?: Record<string, string>;
  /** A JSON report that counts tests. */
  report?: string;
}

/** What the runners themselves keep: caches, and a recording of each worker that a failed test ended. */
const OF_THE_RUNNERS = /^(node-compile-cache|playwright-transform-cache|playwright-artifacts-)/;

// Every test makes its folders below this one, so what is left behind is seen.
const scratch = await mkdtemp(join(tmpdir(), 'oda-test-'));
await chmod(scratch, 0o711);
const reports = await mkdtemp(join(tmpdir(), 'oda-reports-'));
const env = {
  ...process.env,
  TMPDIR: scratch,
  FORCE_COLOR: '0',
};

const vitest = (project: string): Step => ({
  name: project,
  command: [
    ...['vitest', 'run', '--project', project, '--reporter=default', '--reporter=json'],
    `--outputFile.json=${join(reports, `${project}.json`)}`,
  ],
  report: `${project}.json`,
});

const playwright = (project: string): Step => ({
  name: `end to end, ${project}`,
  command: ['playwright', 'test', '--project', project, '--reporter=list,json'],
  env: { PLAYWRIGHT_JSON_OUTPUT_NAME: join(reports, `${project}.json`) },
  report: `${project}.json`,
});

const steps: Step[] = [
  { name: 'lint', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'types of the page', command: ['tsc', '--noEmit', '-p', 'client'] },
  { name: 'boundaries', command: ['node', 'scripts/check-boundaries.ts'] },
  { name: 'spec', command: ['node', 'scripts/check-spec.ts'] },
  { name: 'unused code', command: ['knip'] },
  vitest('unit'),
  { name: 'build', command: ['node', 'scripts/build.ts'] },
  vitest('integration'),
  { name: 'previous release', command: ['node', 'scripts/previous-release.ts'] },
  playwright('waiting'),
  playwright('acting'),
];

const begun = Date.now();
const lines: string[] = [];
const total = { passed: 0, failed: 0, skipped: 0 };
for (const step of steps) {
  const stepBegun = Date.now();
  const status = await run(step);
  const counts = step.report
    ? await countOf(join(reports, step.report))
    : { passed: 1, failed: 0, skipped: 0 };
  if (status !== 0 && counts.failed === 0) counts.failed = 1;
  if (status !== 0 && !step.report) counts.passed = 0;
  for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key];
  const seconds = ((Date.now() - stepBegun) / 1000).toFixed(1).padStart(6);
  const tests = step.report ? `${counts.passed} passed, ${counts.failed} failed` : '';
  lines.push(`  ${status === 0 ? 'ok    ' : 'FAILED'} ${seconds} s  ${step.name.padEnd(20)} ${tests}`);
}
const left = await leftovers();
lines.push(`  ${left.length === 0 ? 'ok    ' : 'FAILED'}           nothing left behind  ${left.join(', ')}`);
total[left.length === 0 ? 'passed' : 'failed'] += 1;
if (left.length === 0) await rm(scratch, { recursive: true });
await rm(reports, { recursive: true });

console.log(`\n${lines.join('\n')}\n\n  ${((Date.now() - begun) / 60_000).toFixed(1)} minutes in all\n`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;

function run({ command: [program, ...args], env: more }: Step): Promise<number> {
  console.log(`\n> ${[program, ...args.filter((arg) => !arg.includes(reports))].join(' ')}`);
  return new Promise((resolve) => {
    const child = spawn(program as string, args, {
      env: { ...env, ...more },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', (error) => {
      console.error(String(error));
      resolve(1);
    });
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

async function countOf(file: string): Promise<typeof total> {
  const report = await readFile(file, 'utf8').then(JSON.parse, () => ({}));
  const { numPassedTests, numFailedTests, numPendingTests, stats } = report;
  if (stats)
    return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped };
  return { passed: numPassedTests ?? 0, failed: numFailedTests ?? 0, skipped: numPendingTests ?? 0 };
}

/** Folders and processes of the tests that are still there. */
async function leftovers(): Promise<string[]> {
  const folders = (await readdir(scratch)).filter((name) => !OF_THE_RUNNERS.test(name));
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const processes = await Promise.all(
    pids.map(async (pid) => {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return command.includes(scratch) ? `process ${pid} (${command.split('\0')[0]})` : null;
    }),
  );
  return [...folders.map((name) => `folder ${name}`), ...processes.filter((entry) => entry !== null)];
}
