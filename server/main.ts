import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import closeWithGrace from 'close-with-grace';
import { type App, startApp } from './app.ts';
import { ConfigError, readConfig } from './config.ts';
import { createLog, type Log } from './lib/log.ts';
import { startProblem } from './start-problem.ts';

const DRAIN_MS = 10_000;
const FREE_BYTES_MIN = 500 * 1024 * 1024;

/** The process: config → app → wait for a signal → stop. */
try {
  const config = readConfig(process.env);
  const log = createLog(config.settings.LOG_LEVEL, config.settings.LOG_FORMAT);
  await requireDisk(config.settings.DATA_DIR);
  const app = await startApp(config, log);
  closeWithGrace({ delay: DRAIN_MS, logger: false, skip: ['SIGHUP'] }, async ({ err, signal }) => {
    if (err) log.fatal({ event: 'server.crashed', err });
    else log.info({ event: 'server.stopping', signal });
    await stop(app, log);
  });
  process.on('SIGHUP', () => void app.reloadKeys());
  const payments = config.settings.testPayments ? ' (test payments: no real money)' : '';
  process.stderr.write(`\n  onedollaragent is ready: ${app.url}${payments}\n\n`);
} catch (error) {
  process.stderr.write(`\nonedollaragent could not start.\n${startProblem(error)}\n`);
  process.exitCode = 1;
}

async function stop(app: App, log: Log): Promise<void> {
  const { count, until } = await app.survivors().catch(() => ({ count: 0, until: null }));
  await app.stop();
  log.info({ event: 'server.stopped', survivors: count });
  const words =
    count === 0
      ? 'No session goes on.'
      : `${count} paid session(s) go on until ${until?.toISOString()} at the latest; the next start finds them. ` +
        'End them now with: npm run end-all';
  process.stderr.write(`\nonedollaragent has stopped. ${words}\n`);
}

async function requireDisk(dir: string): Promise<void> {
  const disk = await statfs(dir).catch(() => statfs(dirname(dir)).catch(() => statfs('/')));
  // Without blocks it is no disk at all; what it cannot hold is said by whoever writes first.
  if (disk.blocks === 0 || disk.bavail * disk.bsize >= FREE_BYTES_MIN) return;
  throw new ConfigError(`The disk of ${dir} is nearly full: free 500 MB or point DATA_DIR elsewhere.`);
}
