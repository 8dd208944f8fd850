import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../server/db/embedded.ts';
import { createLocalDriver } from '../server/drivers/local/local-driver.ts';
import { createLog } from '../server/lib/log.ts';
import { processTree } from '../server/testing/processes.ts';
import type { Random } from './random.ts';

export type Fault = (random: Random) => Promise<string>;

/** What a storm throws at one machine; each resolves with what it hit. [OPS-8] */
export function createFaults(dataDir: string, killServer: () => Promise<void>): Record<string, Fault> {
  const driver = createLocalDriver({ dataDir, log: createLog('silent', 'json') });

  async function killInside(random: Random, name: RegExp): Promise<string> {
    const trees = (await driver.list()).flatMap(({ pids }) => (pids ? [processTree(pids.sandbox)] : []));
    const candidates = (await Promise.all(trees)).map(async (tree) => {
      for (const pid of tree) if (name.test(await commandOf(pid))) return pid;
      return null;
    });
    const pid = random.pick((await Promise.all(candidates)).filter((found) => found !== null));
    return kill(pid);
  }

  return {
    server: async () => {
      await killServer();
      return 'server';
    },
    supervisor: async (random) => {
      const alive = (await driver.list()).flatMap(({ pids }) => pids?.supervisor ?? []);
      return kill(random.pick(alive));
    },
    chromium: (random) => killInside(random, /^\/usr\/lib\/chromium\/chromium[ \0](?!.*--type=)/s),
    xvnc: (random) => killInside(random, /^\/usr\/bin\/X\w*vnc\0/),
    'database backends': async () => {
      const count = await asAdmin(dataDir, async (client) => {
        const { rowCount } = await client.query(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename IS NOT NULL',
        );
        return rowCount;
      });
      return `${count} backends`;
    },
    'database frozen': async (random) => {
      const file = join(dataDir, 'postgres/data/postmaster.pid');
      const postmaster = Number((await readFile(file, 'utf8')).split('\n', 1)[0]);
      const frozen = await processTree(postmaster);
      const ms = random.between(500, 3_000);
      for (const pid of frozen) process.kill(pid, 'SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, ms));
      for (const pid of frozen) process.kill(pid, 'SIGCONT');
      return `for ${ms} ms`;
    },
  };
}

export async function asAdmin<T>(dataDir: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const postgres = await startEmbeddedPostgres(join(dataDir, 'postgres'));
  const client = new pg.Client(postgres.url());
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const commandOf = (pid: number) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');

function kill(pid: number | undefined): string {
  if (!pid) return 'nothing was there';
  try {
    process.kill(pid, 'SIGKILL');
    return `pid ${pid}`;
  } catch {
    return `pid ${pid} was gone`;
  }
}
