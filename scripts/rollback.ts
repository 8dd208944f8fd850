import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../server/config.ts';
import { type Db, openForMigrations } from '../server/db/database.ts';
import { startEmbeddedPostgres } from '../server/db/embedded.ts';
import { executedMigrations, migrateDown } from '../server/db/migrate.ts';
import { createLog } from '../server/lib/log.ts';

/** `npm run rollback`: this checkout at an earlier release. Sessions live on, as over any restart. [OPS-5] */
const { values: flags } = parseArgs({
  options: { to: { type: 'string' }, down: { type: 'boolean', default: false } },
});
const { settings, secrets } = readConfig(process.env);

class Refused extends Error {}

try {
  if (git('status', '--porcelain', '--untracked-files=no') !== '')
    throw new Refused('Files of this checkout were changed by hand. Commit them or put them back first.');
  const target = resolved(flags.to ?? releaseBefore());
  const name = git('describe', '--tags', '--always', target);
  if (await serverAnswers())
    throw new Refused('The server runs. Stop it first: its sessions live on. Then try again.');

  const newer = await withDatabase((db) => settleSchema(db, target, name));
  const forward = git('branch', '--show-current') || git('rev-parse', 'HEAD');
  git('switch', '--quiet', '--detach', target);
  const verb = flags.down ? 'taken back' : 'kept, as the earlier code runs on them';
  if (newer.length > 0) say(`Migrations ${verb}: ${newer.join(', ')}.`);
  say(`This checkout is at ${name}. Start it with: npm start`);
  say(`The way forward again is: git checkout ${forward}`);
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  say(error.message);
  process.exitCode = 1;
}

/** Takes back what the target does not know, when that is wanted; resolves with what it does not know. */
async function settleSchema(db: Db, target: string, name: string): Promise<string[]> {
  const files = git('ls-tree', '--name-only', target, 'server/db/migrations/').split('\n');
  const known = new Set(files.map((path) => path.replace(/^.*\/|\.ts$/g, '')));
  const newer = (await executedMigrations(db)).filter((migration) => !known.has(migration)).reverse();
  if (flags.down) {
    for (const _ of newer) await migrateDown(db);
  } else if (newer.length > 0 && !git('show', `${target}:server/db/migrate.ts`).includes('newerThanThis')) {
    throw new Refused(
      `${name} is too old to run on this schema. With --down these migrations are taken back, and what only ` +
        `they hold is deleted: ${newer.join(', ')}`,
    );
  }
  return newer;
}

/** The newest tag before this commit; without tags, the commit before it. */
function releaseBefore(): string {
  try {
    return git('describe', '--tags', '--abbrev=0', 'HEAD^');
  } catch {
    return 'HEAD^';
  }
}

function resolved(revision: string): string {
  try {
    return git('rev-parse', '--verify', '--quiet', `${revision}^{commit}`);
  } catch {
    throw new Refused(
      `There is no ${revision} in this checkout. Fetch it, or name another: -- --to REVISION`,
    );
  }
}

async function withDatabase<T>(work: (db: Db) => Promise<T>): Promise<T> {
  const postgres = secrets.DATABASE_URL
    ? null
    : await startEmbeddedPostgres(join(settings.DATA_DIR, 'postgres'));
  const url = secrets.DATABASE_URL ?? postgres?.url() ?? '';
  const { db, stop } = openForMigrations(url, createLog('warn', 'pretty'));
  try {
    return await work(db);
  } finally {
    await stop();
    if (postgres && !postgres.wasRunning) await postgres.stop();
  }
}

async function serverAnswers(): Promise<boolean> {
  return fetch(`http://${settings.HOST}:${settings.PORT}/livez`).then(
    () => true,
    () => false,
  );
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

function say(words: string): void {
  process.stderr.write(`${words}\n`);
}
