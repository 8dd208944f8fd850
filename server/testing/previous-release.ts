import { execFile } from 'node:child_process';
import { cp, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);
const MIGRATIONS = 'server/db/migrations';

/** What git says, or null when it cannot say it: no git, no repository, no such revision. */
async function git(...args: string[]): Promise<string | null> {
  return exec('git', args).then(
    ({ stdout }) => stdout.trim(),
    () => null,
  );
}

/** The commit before the newest migration came; null in a history that has none. [OPS-5] */
export async function previousRelease(): Promise<string | null> {
  const uncommitted = await git('status', '--porcelain', '--', MIGRATIONS);
  if (uncommitted) return git('rev-parse', 'HEAD');
  const newest = ['log', '-1', '--first-parent', '-m', '--diff-filter=A', '--format=%H', '--', MIGRATIONS];
  const added = await git(...newest);
  return added ? git('rev-parse', '--verify', '--quiet', `${added}^`) : null;
}

/** False for releases that refuse a schema which is newer than they are. */
export async function runsOnNewerSchema(commit: string): Promise<boolean> {
  return (await git('show', `${commit}:server/db/migrate.ts`))?.includes('newerThanThis') ?? false;
}

/** The files of a commit, with this checkout's packages. */
export async function layOut(commit: string, dir: string): Promise<void> {
  await exec('sh', ['-c', 'git archive "$1" | tar -x -C "$2"', 'sh', commit, dir]);
  await symlink(resolve('node_modules'), join(dir, 'node_modules'));
}

/** Has it migrate as this checkout does; its own code stays as it was. */
export async function giveNewSchema(dir: string): Promise<void> {
  await cp(MIGRATIONS, join(dir, MIGRATIONS), { recursive: true });
  await cp('server/db/migrate.ts', join(dir, 'server/db/migrate.ts'));
}
