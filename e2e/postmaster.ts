import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningServer } from '../server/testing/running-server.ts';

/** The process that all of the embedded PostgreSQL descends from. */
export async function postmaster({ dataDir }: Pick<RunningServer, 'dataDir'>): Promise<number> {
  const file = join(dataDir, 'postgres/data/postmaster.pid');
  return Number((await readFile(file, 'utf8')).split('\n', 1)[0]);
}
