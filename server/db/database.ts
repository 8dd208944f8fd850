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
  return open(log, {
    connectionString,
    max: 10,
    query_timeout: 2_000,
    statement_timeout: 2_000,
    options: `-c search_path=${schema}`,
    application_name: 'onedollaragent',
  });
}

/** One connection for migrations: what they do to a large table takes longer than a request may. [OPS-5] */
export function openForMigrations(connectionString: string, log: Log): DatabasePool {
  return open(log, {
    connectionString,
    max: 1,
    statement_timeout: 600_000,
    application_name: 'onedollaragent-migrations',
  });
}

function open(log: Log, options: pg.PoolConfig): DatabasePool {
  const pool = new pg.Pool({
    connectionTimeoutMillis: 2_000,
    idle_in_transaction_session_timeout: 5_000,
    types,
    ...options,
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
