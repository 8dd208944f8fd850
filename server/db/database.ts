import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Log } from '../lib/log.ts';
import type { Database } from './schema.ts';

export type Db = Kysely<Database>;

const int8Oid = 20;

export interface DatabasePool {
  db: Db;
  pool: pg.Pool;
  stop(): Promise<void>;
}

/** `seq` and counts fit a double; `pg` would give strings. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === int8Oid && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format as 'text'),
};

/**
 * One pool for the process. A stopped or frozen server makes queries fail within 2 s; it never hangs or
 * crashes us. [OPS-3]
 */
export function openDatabase(connectionString: string, log: Log, schema = 'public'): DatabasePool {
  const pool = new pg.Pool({
    connectionString,
    max: 10,
    connectionTimeoutMillis: 2_000,
    query_timeout: 2_000,
    statement_timeout: 2_000,
    idle_in_transaction_session_timeout: 5_000,
    options: `-c search_path=${schema}`,
    application_name: 'onedollaragent',
    types,
  });
  // The pool takes its own listener off a client while a transaction holds it: without ours, a server that
  // goes away then would crash the process.
  pool.on('connect', (client) => {
    client.on('error', (error) => log.warn({ event: 'database.connection-lost', err: error }));
  });
  pool.on('error', (error) => log.warn({ event: 'database.idle-connection-lost', err: error }));
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  return { db, pool, stop: () => db.destroy() };
}
