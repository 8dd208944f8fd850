import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { type DatabasePool, openDatabase } from '../db/database.ts';
import { createLog } from '../lib/log.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
  }
}

export const TEMPLATE_DATABASE = 'oda_template';

export interface TestDatabase extends DatabasePool {
  url: string;
  /** False: every connection is cut and none gets in, as when the server is down. */
  setReachable(reachable: boolean): Promise<void>;
}

/** A database of its own for a test file, cloned from the migrated template. Call `stop()` after. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const adminUrl = inject('postgresUrl');
  const name = `t_${randomBytes(6).toString('hex')}`;
  const log = createLog('silent', 'json');
  const asAdmin = async (...statements: string[]) => {
    const admin = openDatabase(adminUrl, log);
    for (const statement of statements) await admin.pool.query(statement);
    await admin.stop();
  };
  await asAdmin(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE_DATABASE}`);
  const url = adminUrl.replace('/postgres?', `/${name}?`);
  return {
    ...openDatabase(url, log),
    url,
    setReachable: (reachable) =>
      asAdmin(
        `ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS ${reachable}`,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND NOT ${reachable}`,
      ),
  };
}
