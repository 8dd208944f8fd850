import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { layOut, previousRelease, runsOnNewerSchema } from '../server/testing/previous-release.ts';

export interface TwoReleases {
  /** A checkout of its own: `main` is at the newer one, `main~2` at one that refuses newer schemas. */
  dir: string;
  /** Migrations that only the newer one has. */
  newer: string[];
  git(...args: string[]): string;
}

const MIGRATIONS = 'server/db/migrations';
const REGISTER = 'server/db/migrate.ts';
const NOT_SOURCES = new Set(['.git', '.tools', '.data', 'node_modules', 'dist', 'test-results', 'coverage']);

/**
 * A repository of its own: the release before the newest migration, then this checkout as it is. Where
 * history has none that could take over, the earlier one is this checkout with a migration less. [OPS-5]
 */
export async function makeTwoReleases(): Promise<TwoReleases> {
  const dir = await mkdtemp(join(tmpdir(), 'oda-releases-'));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: dir, encoding: 'utf8' }).trim();
  const commit = (words: string) => {
    git('add', '--all');
    git('-c', 'user.name=test', '-c', 'user.email=test@localhost', 'commit', '--quiet', '-m', words);
  };
  git('init', '--quiet', '--initial-branch=main');
  const earlier = await previousRelease();
  if (earlier && (await runsOnNewerSchema(earlier))) await layOut(earlier, dir);
  else {
    await copySources(dir);
    await dropNewestMigration(dir);
    await symlink(resolve('node_modules'), join(dir, 'node_modules'));
  }
  const before = new Set(await readdir(join(dir, MIGRATIONS)));
  const register = join(dir, REGISTER);
  const source = await readFile(register, 'utf8');
  await writeFile(register, source.replaceAll('newerThanThis', 'unknown'));
  commit('ancient');
  await writeFile(register, source);
  commit('earlier');
  git('rm', '-r', '--quiet', '.');
  await copySources(dir);
  commit('newer');
  await cp('dist', join(dir, 'dist'), { recursive: true });
  const newer = (await readdir(MIGRATIONS)).filter((file) => !before.has(file));
  return {
    dir,
    git,
    newer: newer
      .map((file) => file.replace(/\.ts$/, ''))
      .sort()
      .reverse(),
  };
}

async function copySources(dir: string): Promise<void> {
  const names = (await readdir('.')).filter((name) => !NOT_SOURCES.has(name) && !name.startsWith('.env.'));
  for (const name of names.filter((one) => one !== '.env')) {
    if (existsSync(name)) await cp(name, join(dir, name), { recursive: true });
  }
}

async function dropNewestMigration(dir: string): Promise<void> {
  const newest = (await readdir(join(dir, MIGRATIONS))).sort().at(-1)?.replace(/\.ts$/, '') ?? '';
  await rm(join(dir, MIGRATIONS, `${newest}.ts`));
  const register = join(dir, REGISTER);
  const lines = (await readFile(register, 'utf8')).split('\n');
  await writeFile(register, lines.filter((line) => !line.includes(newest)).join('\n'));
}
