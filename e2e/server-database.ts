import { join } from 'node:path';
import { openDatabase } from '../server/db/database.ts';
import { startEmbeddedPostgres } from '../server/db/embedded.ts';
import { createLog } from '../server/lib/log.ts';
import type { RunningServer } from '../server/testing/running-server.ts';

/** A look into the database of a running server. */
export async function withDatabase<T>(
  server: RunningServer,
  look: (query: (sql: string) => Promise<Record<string, unknown>[]>) => Promise<T>,
): Promise<T> {
  const { url } = await startEmbeddedPostgres(join(server.dataDir, 'postgres')); // finds the one that runs
  const database = openDatabase(url(), createLog('silent', 'json'));
  try {
    return await look(async (sql) => (await database.pool.query(sql)).rows);
  } finally {
    await database.stop();
  }
}
