import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import * as mainLine from './migrations/0001-main-line.ts';
import * as paymentFacts from './migrations/0002-payment-facts.ts';
import * as identity from './migrations/0003-identity.ts';
import * as workLeases from './migrations/0004-work-leases.ts';
import * as instructions from './migrations/0006-instructions.ts';
import * as outsideAgents from './migrations/0007-outside-agents.ts';
import type { Database } from './schema.ts';

const migrations: Record<string, Migration> = {
  '0001-main-line': mainLine,
  '0002-payment-facts': paymentFacts,
  '0003-identity': identity,
  '0004-work-leases': workLeases,
  '0006-instructions': instructions,
  '0007-outside-agents': outsideAgents,
};

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
    // A migration that cannot get its lock gives up rather than queue every query behind it. [OPS-5]
    await sql`SET lock_timeout = '5s'`.execute(connection);
    const migrator = new Migrator({ db: connection, provider: { getMigrations: async () => migrations } });
    const { error, results } = await step(migrator);
    if (error) throw error;
    return (results ?? []).map((result) => result.migrationName);
  });
}
