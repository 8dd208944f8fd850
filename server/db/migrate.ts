import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import * as mainLine from './migrations/0001-main-line.ts';
import * as paymentFacts from './migrations/0002-payment-facts.ts';
import * as identity from './migrations/0003-identity.ts';
import * as workLeases from './migrations/0004-work-leases.ts';
import * as questions from './migrations/0005-questions.ts';
import * as instructions from './migrations/0006-instructions.ts';
import * as outsideAgents from './migrations/0007-outside-agents.ts';
import * as trust from './migrations/0008-trust.ts';
import * as receipts from './migrations/0009-receipts.ts';
import type { Database } from './schema.ts';

const migrations: Record<string, Migration> = {
  '0001-main-line': mainLine,
  '0002-payment-facts': paymentFacts,
  '0003-identity': identity,
  '0004-work-leases': workLeases,
  '0005-questions': questions,
  '0006-instructions': instructions,
  '0007-outside-agents': outsideAgents,
  '0008-trust': trust,
  '0009-receipts': receipts,
};

/** Who waits for a table has everybody else wait behind it: a second is what a running product bears. [OPS-5] */
const LOCK_TIMEOUT_MS = 1_000;
/** Another server that migrates is worth waiting for. */
const OTHER_SERVER_MS = 60_000;
const LOCK_NOT_AVAILABLE = '55P03';

/** Nothing was changed: all migrations of a start are one transaction. */
export class MigrationBlocked extends Error {
  override readonly name = 'MigrationBlocked';
}

/** Brings the schema to the newest migration; two servers at once: one migrates, the other waits. */
export async function migrateToLatest(db: Kysely<Database>): Promise<string[]> {
  return run(db, (migrator) => migrator.migrateToLatest());
}

/** Takes the newest migration back, for a rollback. */
export async function migrateDown(db: Kysely<Database>): Promise<string[]> {
  return run(db, (migrator) => migrator.migrateDown());
}

async function run(
  db: Kysely<Database>,
  step: (migrator: Migrator) => ReturnType<Migrator['migrateToLatest']>,
): Promise<string[]> {
  return db.connection().execute(async (connection) => {
    await sql`SET lock_timeout = ${sql.lit(LOCK_TIMEOUT_MS)}`.execute(connection);
    const deadline = Date.now() + OTHER_SERVER_MS;
    for (;;) {
      const known = { ...(await newerThanThis(connection)), ...migrations };
      const migrator = new Migrator({ db: connection, provider: { getMigrations: async () => known } });
      const { error, results } = await step(migrator);
      if (!error) return (results ?? []).map((result) => result.migrationName);
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
      const blocked = results?.find(({ status }) => status === 'Error');
      if (blocked) throw await blockedError(connection, blocked.migrationName);
      if (Date.now() > deadline) throw error;
    }
  });
}

/** By name, oldest first. */
export async function executedMigrations(db: Kysely<Database>): Promise<string[]> {
  const { rows: found } = await sql<{ there: boolean }>`
    SELECT to_regclass('kysely_migration') IS NOT NULL AS there
  `.execute(db);
  if (!found[0]?.there) return [];
  const { rows } = await sql<{ name: string }>`SELECT name FROM kysely_migration ORDER BY name`.execute(db);
  return rows.map(({ name }) => name);
}

/** What a newer release has done here before a rollback: known by its name, so that this release starts. */
async function newerThanThis(db: Kysely<Database>): Promise<Record<string, Migration>> {
  const unknown = (await executedMigrations(db)).filter((name) => !(name in migrations));
  return Object.fromEntries(unknown.map((name) => [name, ofNewerRelease(name)]));
}

const ofNewerRelease = (name: string): Migration => ({
  up: async () => undefined,
  down: async () => {
    throw new Error(`${name} belongs to a newer release, and only that one can take it back`);
  },
});

async function blockedError(db: Kysely<Database>, migration: string): Promise<MigrationBlocked> {
  const { rows } = await sql<{ pid: number; application: string; seconds: number }>`
    SELECT pid, application_name AS application, extract(epoch FROM now() - xact_start)::int AS seconds
    FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND xact_start < now() - ${LOCK_TIMEOUT_MS} * interval '1 millisecond'
    ORDER BY xact_start LIMIT 3
  `.execute(db);
  const others = rows.map(
    ({ pid, application, seconds }) => `${application || 'a client'}, pid ${pid}, ${seconds} s`,
  );
  return new MigrationBlocked(
    `Migration ${migration} did not get its lock within ${LOCK_TIMEOUT_MS} ms, and nothing was changed. ` +
      `Transactions that are open: ${others.join('; ') || 'none any more'}. ` +
      'Start again when they are over, or end one with: SELECT pg_terminate_backend(pid)',
  );
}
