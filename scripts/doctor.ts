import { mkdir, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { type Config, readConfig } from '../server/config.ts';
import { createLocalDriver } from '../server/drivers/local/local-driver.ts';
import { newId } from '../server/lib/ids.ts';
import { createLog } from '../server/lib/log.ts';

/** The checks that need Node: each says what is wrong and how to mend it. */
const { settings }: Config = await check(
  'configuration',
  async () => readConfig(process.env),
  () => '',
);

await check(
  `disk of ${settings.DATA_DIR}`,
  async () => {
    await mkdir(settings.DATA_DIR, { recursive: true });
    const { bavail, bsize } = await statfs(settings.DATA_DIR);
    const freeMb = Math.round((bavail * bsize) / 2 ** 20);
    if (freeMb < 2_000)
      throw new Error(`only ${freeMb} MB free: free some space or point DATA_DIR elsewhere`);
    return freeMb;
  },
  (freeMb) => `${freeMb} MB free`,
);

await check(
  `port ${settings.PORT} on ${settings.HOST}`,
  () =>
    new Promise<void>((resolve, reject) => {
      const server = createServer();
      server.once('error', (error) =>
        reject(
          new Error(`${error.message}. If that is not our own server: PORT=${settings.PORT + 10} npm start`),
        ),
      );
      server.listen(settings.PORT, settings.HOST, () => server.close(() => resolve()));
    }),
  () => 'free',
);

await check(
  'a desktop for real',
  async () => {
    const driver = createLocalDriver({ dataDir: settings.DATA_DIR, log: createLog('silent', 'json') });
    const desktopId = newId('dsk');
    const begun = Date.now();
    try {
      const deadline = new Date(begun + 60_000);
      const spec = { desktopId, widthPx: 1280, heightPx: 720, deadline, egressAllowPrivate: [] };
      await driver.start(spec, AbortSignal.timeout(30_000));
      return Date.now() - begun;
    } finally {
      await driver.stop(desktopId);
    }
  },
  (ms) => `Xvnc and sandboxed Chromium answered after ${ms} ms`,
);

async function check<T>(name: string, run: () => Promise<T>, words: (result: T) => string): Promise<T> {
  try {
    const result = await run();
    process.stderr.write(`  ok     ${name} ${words(result)}\n`);
    return result;
  } catch (error) {
    process.stderr.write(`  WRONG  ${name}: ${(error as Error).message}\n`);
    process.exit(1);
  }
}
