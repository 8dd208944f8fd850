import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import closeWithGrace from 'close-with-grace';
import { type App, startApp } from './app.ts';
import { ConfigError, readConfig } from './config.ts';
import { MigrationBlocked } from './db/migrate.ts';
import { createLog, type Log } from './lib/log.ts';

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
  process.stderr.write(`\nonedollaragent could not start.\n${sentenceOf(error)}\n`);
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
  const { bavail, bsize } = await statfs(dir).catch(() => statfs(dirname(dir)).catch(() => statfs('/')));
  if (bavail * bsize >= FREE_BYTES_MIN) return;
  throw new ConfigError(`The disk of ${dir} is nearly full: free 500 MB or point DATA_DIR elsewhere.`);
}

/** One sentence for what people meet, the whole story for what they do not. */
function sentenceOf(error: unknown): string {
  if (error instanceof ConfigError || error instanceof MigrationBlocked) return error.message;
  const { code, port, address, path, stack, message } = error as NodeJS.ErrnoException & {
    port?: number;
    address?: string;
  };
  if (code === 'EADDRINUSE') {
    return `Port ${port} on ${address} is taken. Stop what uses it, or set another: PORT=${(port ?? 3000) + 10} npm start`;
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return `No permission for ${path ?? 'a file'}: set DATA_DIR to a folder that you own. (${message})`;
  }
  if (code === 'ENOSPC') return 'The disk is full: free some space or point DATA_DIR elsewhere.';
  return stack ?? String(error);
}
